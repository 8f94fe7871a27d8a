import type { Ratio, Seconds } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { Breakdown, Model } from '../model/model.ts'

/** Instances of groups, as positions in them. */
export type Victims = Breakdown['victims']

/** One thing that fails by chance, for itself, again and again. */
export interface FailureCause {
  /** As a {@link Breakdown} is named: `node db 0`, `zone eu.a`. */
  readonly id: string
  /** What is counted together: `node of db`, `zone eu.a`. */
  readonly title: string
  readonly sort: 'process' | 'node' | 'zone' | 'region'
  readonly victims: Victims
  readonly meanUp: Seconds
  readonly meanDown: Seconds
  /** Share of the time that it is down, in the long run: down / (up + down). */
  readonly unavailability: Ratio
  /** False: nobody said so; a planning value. */
  readonly isStated: boolean
}

const YEAR: Seconds = 365.25 * 86_400
const HOUR: Seconds = 3600

/**
 * What is taken where a design says nothing of failures. No vendor publishes such rates: these are planning values,
 * bounded by service level agreements, lists of public incidents and Google's figures of 2008 (Dean: 0.55 a year for a
 * new machine), and every result that rests on them says so.
 */
export const planned = {
  node: { perYear: 0.1, down: 10 * 60 },
  zone: { perYear: 0.2, down: 4 * HOUR },
  region: { perYear: 0.3, down: 4 * HOUR },
} as const

/** In words, for whoever reads the result. */
export const plannedText =
  'no failure data is stated (`places.<name>.failures`): machines are taken to fail 0.1 times a year for 10 min, zones ' +
  '0.2 times and regions 0.3 times for 4 h (planning values, not measurements)'

/** All causes of a model: those of its places, or planning values where no place states any. */
export function failureCauses(model: Model): readonly FailureCause[] {
  const stated = (model.breakdowns ?? []).map((one) => causeOf(model, one, true))
  return stated.length > 0 ? stated : plannedBreakdowns(model).map((one) => causeOf(model, one, false))
}

function causeOf(model: Model, { id, victims, up, down }: Breakdown, isStated: boolean): FailureCause {
  const sort = sortOf(id)
  const [meanUp, meanDown] = [meanOf(up), meanOf(down)]
  const only = victims.length === 1 ? model.groups[victims[0]?.group ?? -1] : undefined
  const isSingle = sort === 'process' || sort === 'node'
  const title = isSingle && only !== undefined ? `${sort} of ${only.component}` : id
  return { id, title, sort, victims, meanUp, meanDown, unavailability: meanDown / (meanUp + meanDown), isStated }
}

function sortOf(id: string): FailureCause['sort'] {
  const [word] = id.split(' ')
  return word === 'process' || word === 'zone' || word === 'region' ? word : 'node'
}

/** Machines of what somebody runs, zones and regions of what stands somewhere. */
function plannedBreakdowns(model: Model): readonly Breakdown[] {
  const fixed = (value: number): Breakdown['up'] => ({ law: 'fixed', value })
  const made = (sort: keyof typeof planned, name: string, victims: Victims): Breakdown => {
    const { perYear, down } = planned[sort]
    return { id: `${sort} ${name}`, victims, up: fixed(YEAR / perYear - down), down: fixed(down) }
  }
  const owned = model.components.flatMap((component) => (isRun(component) ? component.groups : []))
  const all = owned.flatMap((group) => instancesOf(model, group).map((instance) => ({ group, instance })))
  const nodes = all.map(({ group, instance }) =>
    made('node', `${model.groups[group]?.id ?? ''} ${instance}`, [{ group, instances: [instance] }]),
  )
  const zones = model.places.flatMap((place, index) => {
    const victims = place.kind === 'zone' ? standingAt(model, (at) => at === index) : []
    return victims.length > 0 ? [made('zone', place.id, victims)] : []
  })
  const regions = [...new Set(model.places.flatMap(({ kind, region }) => (kind === 'zone' ? [region] : [])))]
  const whole = regions.flatMap((region) => {
    const victims = standingAt(model, (at) => model.places[at]?.region === region && model.places[at]?.kind === 'zone')
    return victims.length > 0 ? [made('region', region, victims)] : []
  })
  return [...nodes, ...zones, ...whole]
}

/** Something that has machines of its own: what is rented whole is for its provider to keep up. */
export const isRun = ({ kind }: Model['components'][number]): boolean => !RENTED.has(kind)

const RENTED: ReadonlySet<string> = new Set(['external', 'client', 'cdn', 'dns', 'object-store', 's3', 'function'])

/** Positions that are in use at the start. */
export function instancesOf(model: Model, group: number): readonly number[] {
  const { shards = 1, perShard = 1, perShardMax = 1 } = model.groups[group] ?? {}
  return Array.from({ length: shards * perShardMax }, (_, i) => i).filter((i) => i % perShardMax < perShard)
}

/** Everything that stands at some places. */
export function standingAt(model: Model, isThere: (place: number) => boolean): Victims {
  return model.groups.flatMap(({ places, perShardMax }, group) => {
    const instances = instancesOf(model, group).filter((i) => {
      const [shard, position] = [Math.floor(i / perShardMax), i % perShardMax]
      const place = places[(shard + position) % places.length]
      return place !== undefined && isThere(place)
    })
    return instances.length > 0 ? [{ group, instances }] : []
  })
}

/** One of the states that a system can be in: which causes are down, and how often that is so. */
export interface FailureState {
  /** Positions in the list of causes. */
  readonly down: readonly number[]
  readonly probability: Ratio
}

export interface FailureStates {
  /** The most probable first. */
  readonly states: readonly FailureState[]
  /** Probability of all states that are not listed. */
  readonly rest: Ratio
}

const MOST_STATES = 20_000
const ENOUGH: Ratio = 1e-12

/** States of causes that are independent of one another, until hardly any are left out. */
export function failureStates(
  causes: readonly { readonly unavailability: Ratio }[],
  most = MOST_STATES,
): FailureStates {
  const order = causes
    .map(({ unavailability: u }, index) => ({ index, odds: u / (1 - u) }))
    .sort((a, b) => b.odds - a.odds || a.index - b.index)
  const allUp = causes.reduce((product, { unavailability }) => product * (1 - unavailability), 1)
  let found: readonly FailureState[] = []
  let rest = 1
  for (let least = 1e-2; rest > ENOUGH && least > 1e-16; least /= 10) {
    const more = statesFrom(order, allUp, allUp * least, most)
    if (more === null) break
    found = more
    rest = Math.max(0, 1 - found.reduce((sum, { probability }) => sum + probability, 0))
    if (found.length === 2 ** causes.length) rest = 0
  }
  return { states: [...found].sort((a, b) => b.probability - a.probability), rest }
}

interface Odds {
  readonly index: number
  readonly odds: number
}

/** All states at least so probable; null when they are too many. */
function statesFrom(order: readonly Odds[], allUp: Ratio, least: Ratio, most: number): readonly FailureState[] | null {
  const found: FailureState[] = []
  const visit = (from: number, down: readonly number[], probability: Ratio): boolean => {
    found.push({ down, probability })
    if (found.length > most) return false
    for (const [i, { index, odds }] of order.entries()) {
      if (i < from) continue
      const next = probability * odds
      // Odds fall from here on; only where they are above one may a state be more probable than those before it.
      if (next < least && odds <= 1) break
      if (!visit(i + 1, [...down, index], next)) return false
    }
    return true
  }
  return visit(0, [], allUp) ? found : null
}
