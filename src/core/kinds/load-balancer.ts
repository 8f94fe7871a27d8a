import { defineKind } from './define.ts'
import { buildProxy, checkProxy, proxyParams } from './proxy.ts'

/** Passes each request on to one instance of what is behind it. */
export const loadBalancer = defineKind({
  id: 'load-balancer',
  aliases: ['lb'],
  is: null,
  about: 'A reverse proxy: takes requests (`via`) and passes each on to an instance of what is behind it.',
  params: proxyParams({
    request: {
      value: 'lognormal(mean 40 us cv 0.78)',
      source:
        'NGINX (F5), Testing the Performance of NGINX, 2017: 40 000 HTTPS requests/s and core served, proxied 25 000',
      range: '13 us..120 us',
    },
    overhead: { value: '0 s', source: 'assumption: the processor time is all', range: '0 s..5 ms' },
  }),
  presets: {},
  parts: null,
  verbs: ['call'],
  models: [
    'processor time of each request, shared by those that pass at once',
    'how it picks: round robin, random, fewest requests, the better of two, weights, hash',
    'limits of its instances; callers find the living one of a pair after three seconds',
    'its own health checks of what is behind it, active and passive',
    'handshakes of new connections: processor time and round trips',
  ],
  doesNotModel: ['connections as such: their number, their memory and their idle timeouts'],
  withoutEffect: {},
  check: checkProxy,
  build: (settings, bench) => buildProxy(settings, bench),
})
