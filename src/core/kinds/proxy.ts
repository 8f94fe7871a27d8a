import type { Distribution } from '../model/distribution.ts'
import type { Step } from '../model/step.ts'
import { record, withDefault } from '../text/param.ts'
import { lawField } from '../text/quantity-fields.ts'
import { type BalanceSettings, balanceParams, checkBalance, forwardsOf } from './balance.ts'
import { type ClientLimitSettings, clientLimitParams, limitClients } from './client-limit.ts'
import { inTurn, noConnections } from './copies.ts'
import { type CheckSettings, checksOf, checksParams } from './checks.ts'
import type { Behaviour, SettingsProblem, Workbench, Writer } from './define.ts'
import { addFleet, checkFleet, type Fleet, fleetParams, type FleetSettings, once } from './fleet.ts'
import { isNothing } from './laws.ts'
import { addGate, checkLimits, limitParams, type LimitSettings, runtimeParams } from './limits.ts'
import { connectsOf, handshakes, tlsParams, type TlsSettings } from './tls.ts'

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
  ...checksParams,
  ...clientLimitParams,
  ...tlsParams,
  work: withDefault(
    record(
      {
        request: withDefault(lawField('time', 'skewed'), request.value, {
          effect: { at: '5 ms', moves: ['mean up'] },
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
    effect: { at: '30 ms', moves: ['mean up'] },
    help: 'Time that it adds to each request beside its processor time; none in an ideal network.',
    source: overhead.source,
    range: overhead.range,
  }),
})

export interface ProxySettings
  extends FleetSettings,
    LimitSettings,
    BalanceSettings,
    CheckSettings,
    TlsSettings,
    ClientLimitSettings {
  readonly work: { readonly request: Distribution }
  readonly overhead: Distribution
}

export const checkProxy = (settings: ProxySettings): readonly SettingsProblem[] => [
  ...checkFleet(settings, defaults),
  ...checkLimits(settings),
  ...checkBalance(settings),
]

interface Extra {
  /** Looks at each request before it goes on, also in an ideal network. */
  readonly inspect?: (write: Writer) => readonly Step[]
  /** What a client does before its request is worked on: no thread of an instance waits for it. */
  readonly ahead?: (write: Writer) => readonly Step[]
}

export function buildProxy(
  settings: ProxySettings,
  bench: Workbench,
  extraOf: (fleet: Fleet) => Extra = () => ({}),
): Behaviour {
  const fleet = addFleet(bench, settings)
  const extra = extraOf(fleet)
  const limited = limitClients(settings, bench, fleet.group)
  const gate = addGate(bench, fleet.group, settings)
  const forwards = { ...forwardsOf(settings, bench), ...checksOf(settings) }
  return {
    primary: fleet.cpu,
    group: fleet.group,
    ...noConnections,
    forwards,
    work: fleet.work,
    call: (inner, ask) => ({
      group: fleet.group,
      pick: inTurn,
      steps: [
        ...limited(ask.write),
        ...(extra.ahead?.(ask.write) ?? []),
        ...gate.pass([...ownSteps(settings, bench, { fleet, extra, ask }), ...inner], ask),
      ],
      send: 0,
      receive: 0,
      ...connectsOf(settings),
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
  const { write } = ask
  const { request } = settings.work
  const inspection = extra.inspect?.(write) ?? []
  if (bench.isNetworkIdeal) return inspection
  return [
    ...handshakes(settings, fleet.work, write),
    ...(isNothing(request) ? [] : fleet.work(request, once, write)),
    ...(isNothing(settings.overhead) ? [] : [write.delay('overhead', settings.overhead)]),
    ...inspection,
  ]
}
