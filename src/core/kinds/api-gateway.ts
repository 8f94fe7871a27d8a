import { optional } from '../text/param.ts'
import { lawField } from '../text/quantity-fields.ts'
import { defineKind } from './define.ts'
import { buildProxy, checkProxy, proxyParams } from './proxy.ts'

/** A managed front door for interfaces: checks who asks, counts, passes on. */
export const apiGateway = defineKind({
  id: 'api-gateway',
  aliases: [],
  is: null,
  about: 'A front door for interfaces: checks tokens, keeps to rate limits, passes requests on (`via`).',
  params: {
    ...proxyParams({
      request: {
        value: 'lognormal(mean 40 us cv 0.78)',
        source: 'NGINX (F5), Testing the Performance of NGINX, 2017: 40 000 HTTPS requests/s and core, proxied 25 000',
        range: '13 us..120 us',
      },
      overhead: {
        value: '{ p50: 15 ms, p99: 60 ms }',
        source: 'assumption from reports of users: REST 10-30 ms, HTTP 5-15 ms; no vendor publishes it',
        range: '5 ms..60 ms',
      },
    }),
    token: optional(lawField('time', 'skewed'), {
      help: 'Processor time to check a token (RS256: 0.06 ms); nothing: tokens are not checked here.',
    }),
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: ['the time it adds, processor time of each request and of its token', 'rate limits of its instances'],
  doesNotModel: ['limits of an account', 'charges by request', 'transformations, which are part of `overhead`'],
  withoutEffect: {},
  check: checkProxy,
  build: (settings, bench) => {
    bench.mind(`requests of ${bench.component} are charged by use, which is not counted yet`)
    return buildProxy(settings, bench, { refused: 0, check: settings.token })
  },
})
