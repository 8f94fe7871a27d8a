import { cache } from './cache.ts'
import { technology } from './technology.ts'

export const cacheRedis = technology(cache, {
  id: 'redis',
  aliases: ['valkey'],
  about: 'Redis: one thread per shard executes commands, one after the other.',
  presets: {
    threads: { value: '1', source: 'Redis documentation: commands run on one thread, 2025' },
    'work.command': {
      value: 'lognormal(mean 11.2 us cv 0.88)',
      source:
        'Redis documentation, redis-benchmark, 2025: 100 000 requests/s of one key, here planned at 80 000; p99/p50 = 5',
    },
    'work.key': {
      value: '1.25 us',
      source:
        'Redis documentation, redis-benchmark, 2025: 508 388 gets/s in pipelines of 16, less one request for each',
    },
    overhead: { value: '85 B', source: 'Redis documentation, FAQ, 2025: 1 M small pairs take about 85 MB' },
    usable: { value: '100%', source: 'Redis: `maxmemory` counts entries and their overhead (redis.conf, 2024)' },
    evict: { value: 'none', source: 'redis.conf, 2024: maxmemory-policy noeviction' },
    'failover.detect': { value: '15 s', source: 'redis.conf, 2024: cluster-node-timeout' },
    'failover.promote': { value: '2 s', source: 'redis.conf, 2024: election about 1-2 s after the timeout' },
  },
  check: ({ threads }) => {
    if (threads === 1) return []
    const message = 'Redis executes commands on one thread, whatever its threads for the network are'
    return [{ severity: 'error', code: 'not-in-technology', param: 'threads', message, hint: 'write `shards`' }]
  },
  doesNotModel: [
    'fewer requests per second at many connections (half at 30 000)',
    'pauses of fork, unless by `slow-mode`',
  ],
})
