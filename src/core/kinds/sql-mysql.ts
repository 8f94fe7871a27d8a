import { sqlDatabase } from './sql-database.ts'
import { technology } from './technology.ts'

export const sqlMysql = technology(sqlDatabase, {
  id: 'mysql',
  about: 'MySQL with InnoDB: a thread for each connection, rows in the leaves of the index of their key.',
  presets: {
    syncs: {
      value: '2',
      source:
        'MySQL Reference Manual: innodb_flush_log_at_trx_commit = 1 and sync_binlog = 1, redo log and binlog, 2025',
    },
    layout: { value: 'clustered', source: 'MySQL Reference Manual: clustered and secondary indexes, 2025' },
    buffer: { value: '65%', source: 'MySQL Reference Manual: buffer pool of 50-75 % of memory in production, 2025' },
    'work.read': {
      value: 'lognormal(mean 200 us cv 1.1)',
      source: 'sysbench read-write on 4 vCPU, 18 118-22 323 queries/s (orczhou.com, 2025): 5000/s and processor',
    },
    'work.write': {
      value: 'lognormal(mean 270 us cv 1.1)',
      source: 'the same, with writes a third above reads (assumption)',
    },
    'max-connections': { value: '151', source: 'MySQL Reference Manual: max_connections, 2025' },
  },
})
