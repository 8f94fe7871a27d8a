import { withDefault } from '../text/param.ts'
import { ratioField } from '../text/quantity-fields.ts'
import { defineKind } from './define.ts'
import { buildProxy, checkProxy, proxyParams } from './proxy.ts'

/** Looks into each request before it goes on. */
export const waf = defineKind({
  id: 'waf',
  aliases: [],
  is: null,
  about: 'A web application firewall: inspects each request, refuses some, passes the others on (`via`).',
  params: {
    ...proxyParams({
      request: {
        value: '{ p50: 1 ms, p99: 4 ms }',
        source: 'assumption: 0.2-3 ms with managed rules; vendors say below 1-2 ms',
        range: '0.2 ms..5 ms',
      },
      overhead: { value: '0 s', source: 'assumption: the processor time is all', range: '0 s..5 ms' },
    }),
    refuses: withDefault(ratioField(), '0%', {
      help: 'Part of the requests that it refuses with an error.',
      source: 'assumption: what is refused depends on the traffic',
      range: '0%..10%',
    }),
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: ['processor time of the inspection', 'a part of the requests that is refused, whoever sent them'],
  doesNotModel: ['telling attackers from others', 'charges by request and rule'],
  withoutEffect: {},
  check: checkProxy,
  build: (settings, bench) => buildProxy(settings, bench, { refused: settings.refuses, check: null }),
})
