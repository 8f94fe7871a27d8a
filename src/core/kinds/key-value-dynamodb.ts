import { keyValueStore } from './key-value-store.ts'
import { technology } from './technology.ts'

export const keyValueDynamodb = technology(keyValueStore, {
  id: 'dynamodb',
  about: 'Amazon DynamoDB on demand.',
  presets: {
    'throughput.reads': { value: '3 k/s', source: 'Amazon DynamoDB Developer Guide: partitions, 2025' },
    'throughput.writes': { value: '1 k/s', source: 'Amazon DynamoDB Developer Guide: partitions, 2025' },
  },
  doesNotModel: ['quotas of a table (40 000 units) and of an account', 'items above 400 KB, which it refuses'],
})
