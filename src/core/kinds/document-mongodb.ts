import { documentStore } from './document-store.ts'
import { technology } from './technology.ts'

export const documentMongodb = technology(documentStore, {
  id: 'mongodb',
  aliases: ['mongo'],
  about: 'MongoDB: replica sets, WiredTiger, write concern majority.',
  presets: {
    buffer: { value: '50%', source: 'MongoDB Manual: WiredTiger cache of half the memory, 2025' },
    'pool.max': { value: '100', source: 'MongoDB drivers: maxPoolSize, 2025' },
  },
  doesNotModel: ['memory of connections (1 MB each)'],
})
