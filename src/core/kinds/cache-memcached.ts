import { cache } from './cache.ts'
import { technology } from './technology.ts'

export const cacheMemcached = technology(cache, {
  id: 'memcached',
  about: 'memcached: several threads, LRU by size class, no copies.',
  presets: {
    threads: { value: '4', source: 'memcached.c, 2026: worker threads' },
    memory: { value: '64 MB', source: 'memcached.c, 2026: cache memory' },
    'work.command': {
      value: 'lognormal(mean 8.5 us cv 0.64)',
      source:
        'memcached: 100 000 requests/s and core, of 60 000 to 300 000 (planning value, 2009 and later); p99/p50 = 4',
    },
  },
  check: ({ replicas }) => {
    if (replicas === 0) return []
    const message = 'memcached keeps no copies: each key lies on one server'
    const hint = 'leave `replicas` out, or write `kind: redis`'
    return [{ severity: 'error', code: 'not-in-technology', param: 'replicas', message, hint }]
  },
})
