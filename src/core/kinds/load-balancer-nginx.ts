import { loadBalancer } from './load-balancer.ts'
import { technology } from './technology.ts'

export const loadBalancerNginx = technology(loadBalancer, {
  id: 'nginx',
  about: 'nginx as a reverse proxy with TLS: an event loop on each processor.',
  presets: {
    'checks.eject.after': { value: '1', source: 'nginx documentation: max_fails 1, 2026' },
    'checks.eject.for': { value: '10 s', source: 'nginx documentation: fail_timeout 10 s, 2026' },
    'checks.eject.most': { value: '100%', source: 'nginx documentation: all may be out, then all are tried, 2026' },
    'work.request': {
      value: 'lognormal(mean 40 us cv 0.78)',
      source:
        'NGINX (F5), Testing the Performance of NGINX, 2017: 40 000 HTTPS requests/s and core served, proxied 25 000',
    },
  },
})
