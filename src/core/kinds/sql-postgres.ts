import { sqlDatabase } from './sql-database.ts'
import { technology } from './technology.ts'

export const sqlPostgres = technology(sqlDatabase, {
  id: 'postgres',
  aliases: ['postgresql'],
  about: 'PostgreSQL: a process for each connection, rows in heaps, one write to disk for a commit.',
  presets: {
    'work.read': {
      value: 'lognormal(mean 167 us cv 1.1)',
      source: 'pgbench select-only, 8750/s and core on 2015 hardware (T. Vondra), planned at 6000/s; p99/p50 = 8',
    },
    'max-connections': { value: '100', source: 'PostgreSQL documentation: max_connections, 2025' },
  },
  doesNotModel: ['memory of connections (2 MiB and more for each)'],
})
