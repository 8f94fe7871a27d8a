import { record, withDefault } from '../text/param.ts'
import { lawField, ratioField } from '../text/quantity-fields.ts'
import { balanceParams, checkBalance, pickOf } from './balance.ts'
import { noConnections } from './copies.ts'
import { defineKind } from './define.ts'
import { addFleet, checkFleet, fleetParams, once, probeHealth } from './fleet.ts'
import { addGate, checkLimits, limitParams, runtimeParams } from './limits.ts'

const defaults = { instances: '2', cpu: '2', memory: '4 GiB', health: probeHealth } as const

const workField = record(
  {
    password: withDefault(lawField('time', 'skewed'), 'lognormal(mean 82 ms cv 0.18)', {
      effect: { at: '200 ms', moves: ['mean up'] },
      help: 'Checking a password: meant to be slow.',
      source: 'bcrypt with cost 10: 80 ms on one processor, p99/p50 = 1.5 (OWASP advice, own measurement 2026)',
      range: '27 ms..120 ms',
    }),
    token: withDefault(lawField('time', 'skewed'), 'lognormal(mean 63 us cv 0.3)', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'Checking a token.',
      source: 'RS256 with 2048 bits: 0.06 ms, p99/p50 = 2 (own measurement 2026)',
      range: '20 us..0.12 ms',
    }),
  },
  'times of an identity provider',
)

/** Says who somebody is: by password, which costs a lot, or by token, which costs little. */
export const identityProvider = defineKind({
  id: 'identity-provider',
  aliases: ['idp'],
  is: null,
  about: 'Says who somebody is: checks passwords, which is slow on purpose, and tokens, which is not.',
  params: {
    ...fleetParams(defaults),
    ...runtimeParams,
    ...limitParams,
    ...balanceParams('its instances'),
    passwords: withDefault(ratioField(), '5%', {
      effect: { at: '50%', moves: ['mean up'] },
      help: 'Part of the requests that come with a password; the others bring a token.',
      source: 'assumption: a session has twenty requests',
      range: '0%..100%',
    }),
    work: withDefault(workField, '{}', { help: 'Processor time of a request.' }),
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: ['processor time of passwords and tokens, limits, autoscaling'],
  doesNotModel: ['its data base; second factors, which users wait for'],
  withoutEffect: {},
  check: (settings) => [...checkFleet(settings, defaults), ...checkLimits(settings), ...checkBalance(settings)],
  build: (settings, bench) => {
    const { group, cpu, work } = addFleet(bench, settings)
    const gate = addGate(bench, group, settings)
    const { passwords } = settings
    return {
      primary: cpu,
      group,
      ...noConnections,
      work,
      call: (inner, ask) => {
        const branches = [
          { probability: passwords, steps: work(settings.work.password, once, ask.write) },
          { probability: 1 - passwords, steps: work(settings.work.token, once, ask.write) },
        ]
        const steps = gate.pass([ask.write.choose(branches), ...inner], ask)
        return { group, pick: pickOf(settings, bench, ask), steps, send: 0, receive: 0 }
      },
    }
  },
})
