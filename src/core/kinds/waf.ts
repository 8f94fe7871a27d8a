import type { Ratio } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Step } from '../model/step.ts'
import { optional, withDefault } from '../text/param.ts'
import { lawField, ratioField } from '../text/quantity-fields.ts'
import { defineKind, type Writer } from './define.ts'
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
    detects: withDefault(ratioField(), '90%', {
      help: 'Part of the requests of attackers (`hostile: true`) that it takes for what they are.',
      source: 'assumption: floods by their rate and known attacks by their pattern, not those that look like people',
      range: '50%..99.9%',
    }),
    'false-alarms': withDefault(ratioField(), '0%', {
      help: 'Part of the requests of all others that it takes for an attack.',
      source: 'assumption: its rules are tuned; write what you measured',
      range: '0%..1%',
    }),
    challenge: optional(lawField('time', 'skewed'), {
      help: 'A suspect gets a puzzle that people solve in this time and attackers do not; nothing: it is refused.',
    }),
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: [
    'processor time of the inspection, for the requests of attackers too',
    'the part of an attack that it finds, and the others that it takes for one: refused (`denied`) or challenged',
    'handshakes of new connections; how it picks and watches what is behind it',
  ],
  doesNotModel: ['what single rules find', 'attackers that adapt, or solve puzzles', 'charges by request and rule'],
  withoutEffect: {},
  check: checkProxy,
  build: (settings, bench) => buildProxy(settings, bench, () => ({ inspect: (write) => inspection(settings, write) })),
})

interface Rules {
  readonly detects: Ratio
  readonly 'false-alarms': Ratio
  readonly challenge: Distribution | null
}

/** Who is suspect is turned away, or has to solve a puzzle first. */
function inspection(rules: Rules, write: Writer): readonly Step[] {
  const suspected = write.isHostile ? rules.detects : rules['false-alarms']
  if (suspected === 0) return []
  if (rules.challenge === null || write.isHostile) return [{ kind: 'fail', failure: 'denied', probability: suspected }]
  return [
    write.choose([
      { probability: suspected, steps: [write.delay('challenge', rules.challenge)] },
      { probability: 1 - suspected, steps: [] },
    ]),
  ]
}
