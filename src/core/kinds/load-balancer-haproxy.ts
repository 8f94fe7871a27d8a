import { loadBalancer } from './load-balancer.ts'
import { technology } from './technology.ts'

export const loadBalancerHaproxy = technology(loadBalancer, {
  id: 'haproxy',
  about: 'HAProxy with TLS and keep-alive.',
  presets: {
    'checks.interval': { value: '2 s', source: 'HAProxy documentation: inter 2 s, 2026' },
    'checks.unhealthy-after': { value: '3', source: 'HAProxy documentation: fall 3, 2026' },
    'work.request': {
      value: 'lognormal(mean 20 us cv 0.78)',
      source: 'HAProxy Starter Guide, 2026: 160 000 HTTPS requests/s on one tuned core, planned at 50 000',
    },
  },
})
