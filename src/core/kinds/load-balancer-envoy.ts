import { loadBalancer } from './load-balancer.ts'
import { technology } from './technology.ts'

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
