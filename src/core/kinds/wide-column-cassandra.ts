import { technology } from './technology.ts'
import { wideColumnStore } from './wide-column-store.ts'

export const wideColumnCassandra = technology(wideColumnStore, {
  id: 'cassandra',
  about: 'Apache Cassandra: pauses of its garbage collector widen the tail.',
  presets: {
    'slow-mode.every': { value: 'exp(20 s)', source: 'assumption: a young collection that is felt, every 20 s' },
    'slow-mode.for': {
      value: 'exp(30 ms)',
      source: 'assumption: G1 pauses of 10-50 ms (HotSpot documentation, 2024)',
    },
  },
})
