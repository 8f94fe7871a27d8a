import { loadBalancer } from './load-balancer.ts'
import { technology } from './technology.ts'

export const loadBalancerAlb = technology(loadBalancer, {
  id: 'alb',
  about: 'A managed layer-7 balancer of a cloud: no processors to run out of, some time for each request.',
  presets: {
    'work.request': { value: '0 s', source: 'managed: it grows by itself' },
    overhead: {
      value: 'lognormal(mean 2.4 ms cv 0.65)',
      source: 'assumption: median 2 ms, p99 8 ms, with the hop between zones; no vendor publishes it',
    },
    price: {
      value: '8.21 USD/month',
      source: 'AWS, 2024: 0.0225 USD/h, here half of it for each of two nodes; charges by use come on top',
    },
    'checks.interval': { value: '30 s', source: 'AWS documentation: target group health checks, 2025' },
    'checks.unhealthy-after': {
      value: '2',
      source: 'AWS documentation: unhealthy threshold of target group health checks, 2025',
    },
    'health.interval': { value: '20 s', source: 'assumption: the address of a dead zone leaves DNS in about a minute' },
  },
  doesNotModel: ['LCU charges', 'the time it takes to grow'],
})
