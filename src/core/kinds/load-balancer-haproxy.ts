import { loadBalancer } from './load-balancer.ts'
import { technology } from './technology.ts'

export const loadBalancerHaproxy = technology(loadBalancer, {
  id: 'haproxy',
  about: 'HAProxy with TLS and keep-alive.',
  presets: {
    'work.request': {
      value: 'lognormal(mean 20 us cv 0.78)',
      source: 'HAProxy Starter Guide, 2026: 160 000 HTTPS requests/s on one tuned core, planned at 50 000',
    },
  },
})
