import { loadBalancer } from './load-balancer.ts'
import { technology } from './technology.ts'

export const loadBalancerNginx = technology(loadBalancer, {
  id: 'nginx',
  about: 'nginx as a reverse proxy with TLS: an event loop on each processor.',
  presets: {
    'work.request': {
      value: 'lognormal(mean 40 us cv 0.78)',
      source:
        'NGINX (F5), Testing the Performance of NGINX, 2017: 40 000 HTTPS requests/s and core served, proxied 25 000',
    },
  },
})

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

export const loadBalancerEnvoy = technology(loadBalancer, {
  id: 'envoy',
  about: 'Envoy as a proxy with telemetry.',
  presets: {
    'work.request': {
      value: 'lognormal(mean 350 us cv 0.78)',
      source: 'Istio documentation: performance, 2022: 0.35 vCPU for 1000 requests/s',
    },
    'limits.concurrency': { value: '1024', source: 'Envoy documentation: max_requests of a circuit breaker, 2025' },
  },
})

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
    'health.interval': { value: '20 s', source: 'assumption: the address of a dead zone leaves DNS in about a minute' },
  },
  doesNotModel: ['LCU charges', 'the time it takes to grow'],
})
