import { technology } from './technology.ts'
import { wideColumnStore } from './wide-column-store.ts'

export const wideColumnScylla = technology(wideColumnStore, {
  id: 'scylla',
  aliases: ['scylladb'],
  about: 'ScyllaDB: a shard for each processor, no garbage collector.',
  presets: {
    'work.coordinate': {
      value: 'lognormal(mean 25 us cv 0.8)',
      source: 'a fifth of an operation at 8000/s and processor',
    },
    'work.read': {
      value: 'lognormal(mean 50 us cv 1.1)',
      source: 'ScyllaDB: 12 500 operations/s and core, planned at 8000 (2026); p99/p50 = 8',
    },
    'work.write': {
      value: 'lognormal(mean 33 us cv 1.1)',
      source: 'ScyllaDB: 12 500 operations/s and core, planned at 8000 (2026); p99/p50 = 8',
    },
    detect: { value: '20 s', source: 'ScyllaDB documentation: failure detector timeout, 2026' },
  },
})
