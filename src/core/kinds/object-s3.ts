import { objectStore } from './object-store.ts'
import { technology } from './technology.ts'

export const objectS3 = technology(objectStore, {
  id: 's3',
  about: 'Amazon S3 Standard: objects by name in three zones.',
  presets: {
    bandwidth: { value: '99.6 MB/s', source: 'napkin-math, 2026: 95 MiB/s, one stream of 1 GiB, us-west-2' },
    'prefixes.reads': { value: '5.5 k/s', source: 'Amazon S3 User Guide: optimizing performance, 2025' },
    'prefixes.writes': { value: '3.5 k/s', source: 'Amazon S3 User Guide: optimizing performance, 2025' },
  },
})
