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
      effect: { at: '10%', moves: ['attack: success up'] },
    }),
    'false-alarms': withDefault(ratioField(), '0%', {
      help: 'Part of the requests of all others that it takes for an attack.',
      source: 'assumption: its rules are tuned; write what you measured',
      range: '0%..1%',
      effect: { at: '5%', moves: ['success down'] },
    }),
    challenge: optional(lawField('time', 'skewed'), {
      help: 'A suspect gets a puzzle that people solve in this time and attackers do not; nothing: it is refused.',
      effect: { at: '5 s', with: ['false-alarms=5%'], moves: ['success up', 'mean up'] },
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
  build: (settings, bench) =>
    buildProxy(settings, bench, () => ({
      inspect: (write) => refusals(settings, write),
      ahead: (write) => puzzles(settings, write),
    })),
})

interface Rules {
  readonly detects: Ratio
  readonly 'false-alarms': Ratio
  readonly challenge: Distribution | null
}

/** Who is suspect is turned away. */
function refusals({ detects, challenge, 'false-alarms': alarms }: Rules, { isHostile }: Writer): readonly Step[] {
  const suspected = isHostile ? detects : challenge === null ? alarms : 0
  return suspected === 0 ? [] : [{ kind: 'fail', failure: 'denied', probability: suspected }]
}

/** Or has to solve a puzzle first. */
function puzzles({ challenge, 'false-alarms': alarms }: Rules, write: Writer): readonly Step[] {
  if (challenge === null || alarms === 0 || write.isHostile) return []
  return [
    write.choose([
      { probability: alarms, steps: [write.delay('challenge', challenge)] },
      { probability: 1 - alarms, steps: [] },
    ]),
  ]
}
