import { oneOf } from '../text/field.ts'
import { withDefault } from '../text/param.ts'
import { defineKind } from './define.ts'
import { wholeField } from '../text/quantity-fields.ts'
import { replicasField } from './replication.ts'
import { addStore } from './store.ts'
import { checkStore, maxConnections, poolParams, storeNotSimulated, storeParams } from './store-params.ts'
import { readAccess, tableLog } from './store-read.ts'
import { commitAccess, writeAccess } from './store-write.ts'
import { pagedHoldings } from './holdings.ts'
import { tableParts } from './tables.ts'

/** Tables with transactions: rows in pages, indexes as trees, a log that a commit waits for. */
export const sqlDatabase = defineKind({
  id: 'sql-database',
  aliases: ['sql'],
  is: null,
  about: 'A relational database: tables become page reads, buffer hits and processor time; commits wait for the disk.',
  params: {
    ...storeParams({
      read: {
        value: 'lognormal(mean 167 us cv 1.1)',
        source: 'PostgreSQL, pgbench select-only, planned at 6000/s and processor; p99/p50 = 8 (2015, 2026)',
        range: '50 us..1.2 ms',
      },
      write: {
        value: 'lognormal(mean 200 us cv 1.1)',
        source: 'PostgreSQL, pgbench read-write, 1200 transactions/s and processor with four writes each (2026)',
        range: '70 us..0.6 ms',
      },
      buffer: {
        value: '75%',
        source:
          'PostgreSQL documentation: shared_buffers a quarter of memory, 2025; the system keeps pages in the rest (assumption)',
        range: '50%..90%',
      },
    }),
    replicas: withDefault(
      replicasField({
        count: '0',
        mode: 'async',
        modeSource: 'PostgreSQL documentation: synchronous_standby_names is empty, 2025',
        lag: '10 ms',
        lagSource: 'PostgreSQL: below 10 ms in one datacentre when writes do not saturate it, 2026',
        failover: { detect: '30 s', promote: '5 s', source: 'Patroni: ttl 30 s, promotion 1-10 s, 2026' },
      }),
      '{}',
      { help: 'Copies of each shard: read from them, take over from them.' },
    ),
    commit: withDefault(oneOf('fsync', 'later'), 'fsync', {
      effect: { at: 'later', moves: ['mean down'] },
      help: 'Whether a commit waits until it is on disk, or is written some time after.',
    }),
    syncs: withDefault(wholeField(), '1', {
      help: 'Writes to disk that a commit waits for, one after the other.',
      source: 'PostgreSQL documentation: one log, 2025',
      range: '1..2',
      effect: { at: '3', moves: ['p99 up'] },
    }),
    ...poolParams({
      value: '10',
      source: 'HikariCP, node-postgres, mysql2: default of 10, 2024-2025',
      range: '5..100',
    }),
    'max-connections': maxConnections({
      value: '100',
      source: 'PostgreSQL documentation: max_connections, 2025',
      range: '100..5000',
    }),
  },
  presets: {},
  parts: 'tables',
  verbs: ['read', 'write', 'tx', 'consume'],
  models: [
    'processor time by rows, indexes and access path; processors shared by all statements',
    'page reads: depth of the trees, what of the data fits in memory, the disk and its IOPS',
    'connections that callers wait for; transactions that hold one; commits that wait for the disk, once for each log',
    'replicas: asynchronous, synchronous or by quorum; reads by how fresh they have to be; failover',
    'shards: hot ones by skew, reads that have to ask all of them; tables that are consumed as an outbox',
  ],
  doesNotModel: [
    'locks between transactions and deadlocks',
    'one write to disk for many commits (each takes an I/O), checkpoints, vacuum',
    'plans: an access takes the path it names; joins and sorts are part of `work` in the caller',
    'keys of one statement are read at one shard; growth of tables during a run',
  ],
  withoutEffect: storeNotSimulated,
  partsOf: ({ tables }) => tableParts(tables),
  holdingsOf: pagedHoldings,
  check: checkStore,
  build: (settings, bench) => {
    const store = addStore(bench, settings, settings.commit === 'fsync' ? settings.syncs : 0)
    const { group, cpu: primary, work } = store
    return {
      primary,
      group,
      connections: { most: settings.pool.max, waitMost: settings.pool.wait },
      connectionsMost: settings['max-connections'],
      work,
      read: (ask) => readAccess(store, ask),
      write: (ask) => writeAccess(store, ask),
      commit: (ask, writes) => commitAccess(store, ask, writes),
      consume: (part, write) => tableLog(store, part, write),
    }
  },
})
