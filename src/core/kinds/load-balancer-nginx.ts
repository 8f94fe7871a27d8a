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
