import { withDefault } from '../text/param.ts'
import { defineKind } from './define.ts'
import { replicasField } from './replication.ts'
import { addStore } from './store.ts'
import { checkStore, maxConnections, poolParams, storeNotSimulated, storeParams } from './store-params.ts'
import { readAccess, tableLog } from './store-read.ts'
import { writeAccess } from './store-write.ts'
import { pagedHoldings } from './holdings.ts'
import { tableParts } from './tables.ts'

/** Documents by key and index, in replica sets: a write is answered when most copies have it. */
export const documentStore = defineKind({
  id: 'document-store',
  aliases: ['document'],
  is: null,
  about: 'Documents by key and index, in replica sets: each write by itself, answered when most copies have it.',
  params: {
    ...storeParams({
      read: {
        value: 'lognormal(mean 400 us cv 1.1)',
        source: 'assumption: 2500 mixed operations per second and processor, of 800 to 5000 (2026)',
        range: '130 us..3 ms',
      },
      write: {
        value: 'lognormal(mean 400 us cv 1.1)',
        source: 'assumption: 2500 mixed operations per second and processor, of 800 to 5000 (2026)',
        range: '130 us..3 ms',
      },
      buffer: { value: '50%', source: 'MongoDB Manual: WiredTiger cache of half the memory, 2025', range: '40%..80%' },
    }),
    replicas: withDefault(
      replicasField({
        count: '2',
        mode: 'sync(1)',
        modeSource: 'MongoDB Manual: write concern majority since 5.0, 2025',
        lag: '10 ms',
        lagSource: 'assumption: as other asynchronous copies in one datacentre',
        failover: {
          detect: '10 s',
          promote: '2 s',
          source: 'MongoDB Manual: electionTimeoutMillis 10 s, median 12 s to a new primary, 2026',
        },
      }),
      '{}',
      { help: 'Copies of each shard beside the primary.' },
    ),
    ...poolParams({ value: '100', source: 'MongoDB drivers: maxPoolSize, 2025', range: '10..500' }),
    'max-connections': maxConnections({
      value: '64 k',
      source: 'MongoDB Manual: limited by open files on Unix, 2025; it recommends 64 000',
      range: '500..1 M',
    }),
  },
  presets: {},
  parts: 'tables',
  verbs: ['read', 'write', 'consume'],
  models: [
    'processor time by documents, indexes and access path; processors shared by all operations',
    'page reads by what fits in memory, the disk and its IOPS; a write waits for its journal and for most copies',
    'hot shards, reads that have to ask all of them, failover; collections that are consumed as a stream of changes',
  ],
  doesNotModel: ['transactions over several documents', 'one write of the journal for many operations', 'growth'],
  withoutEffect: storeNotSimulated,
  partsOf: ({ tables }) => tableParts(tables),
  holdingsOf: pagedHoldings,
  check: checkStore,
  build: (settings, bench) => {
    const store = addStore(bench, settings, 1)
    return {
      primary: store.cpu,
      group: store.group,
      connections: { most: settings.pool.max, waitMost: settings.pool.wait },
      connectionsMost: settings['max-connections'],
      work: store.work,
      read: (ask) => readAccess(store, ask),
      write: (ask) => writeAccess(store, ask),
      consume: (part, write) => tableLog(store, part, write),
    }
  },
})
