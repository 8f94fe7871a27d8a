import type { Ratio } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Step } from '../model/step.ts'
import { record, withDefault } from '../text/param.ts'
import { lawField } from '../text/quantity-fields.ts'
import { type BalanceSettings, balanceParams, checkBalance, forwardsOf } from './balance.ts'
import { inTurn, noConnections } from './copies.ts'
import type { Behaviour, SettingsProblem, Workbench } from './define.ts'
import { addFleet, checkFleet, type Fleet, fleetParams, type FleetSettings, once } from './fleet.ts'
import { isNothing } from './laws.ts'
import { addGate, checkLimits, limitParams, type LimitSettings, runtimeParams } from './limits.ts'

/** VRRP, as pairs of balancers use it: an advertisement each second, dead after three. */
const pairHealth = { interval: '1 s', unhealthyAfter: '3', source: 'RFC 5798, section 6.1: VRRP, 2010' } as const

const defaults = { instances: '2', cpu: '2', memory: '2 GiB', health: pairHealth } as const

interface Time {
  readonly value: string
  readonly source: string
  readonly range: string
}

interface ProxyTimes {
  /** Processor time of a request. */
  readonly request: Time
  /** Time of a request that passes without a processor of it. */
  readonly overhead: Time
}

/** What stands in front of others and passes requests on: its instances, its limits, how it picks what is behind. */
export const proxyParams = ({ request, overhead }: ProxyTimes) => ({
  ...fleetParams(defaults),
  ...runtimeParams,
  ...limitParams,
  ...balanceParams('the instances behind it'),
  work: withDefault(
    record(
      {
        request: withDefault(lawField('time', 'skewed'), request.value, {
          help: 'Processor time of a request and its answer.',
          source: request.source,
          range: request.range,
        }),
      },
      'times of a proxy',
    ),
    '{}',
    { help: 'Its own processor time; none in an ideal network.' },
  ),
  overhead: withDefault(lawField('time', 'skewed'), overhead.value, {
    help: 'Time that it adds to each request beside its processor time; none in an ideal network.',
    source: overhead.source,
    range: overhead.range,
  }),
})

export interface ProxySettings extends FleetSettings, LimitSettings, BalanceSettings {
  readonly work: { readonly request: Distribution }
  readonly overhead: Distribution
}

export const checkProxy = (settings: ProxySettings): readonly SettingsProblem[] => [
  ...checkFleet(settings, defaults),
  ...checkLimits(settings),
  ...checkBalance(settings),
]

interface Extra {
  /** Part of the requests that it refuses. */
  readonly refused: Ratio
  /** Further processor time of each request. */
  readonly check: Distribution | null
}

export function buildProxy(settings: ProxySettings, bench: Workbench, extra: Extra): Behaviour {
  const fleet = addFleet(bench, settings)
  const gate = addGate(bench, fleet.group, settings)
  const forwards = forwardsOf(settings, bench)
  return {
    primary: fleet.cpu,
    group: fleet.group,
    ...noConnections,
    forwards,
    work: fleet.work,
    call: (inner, ask) => ({
      group: fleet.group,
      pick: inTurn,
      steps: gate.pass([...ownSteps(settings, bench, { fleet, extra, ask }), ...inner], ask),
      send: 0,
      receive: 0,
    }),
  }
}

interface Passing {
  readonly fleet: Fleet
  readonly extra: Extra
  readonly ask: Parameters<NonNullable<Behaviour['call']>>[1]
}

/** An ideal network passes requests on for nothing; what is refused is refused all the same. */
function ownSteps(settings: ProxySettings, bench: Workbench, { fleet, extra, ask }: Passing): readonly Step[] {
  const refusal: readonly Step[] =
    extra.refused === 0 ? [] : [{ kind: 'fail', failure: 'error', probability: extra.refused }]
  if (bench.isNetworkIdeal) return refusal
  const times = [settings.work.request, extra.check].filter((law) => law !== null && !isNothing(law))
  return [
    ...times.flatMap((law) => (law === null ? [] : fleet.work(law, once, ask.write))),
    ...(isNothing(settings.overhead) ? [] : [ask.write.delay('overhead', settings.overhead)]),
    ...refusal,
  ]
}
