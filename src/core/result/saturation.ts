import type { Ratio } from '../base/units.ts'
import { percent } from './format.ts'
import type { Solved } from './fills.ts'
import type { ComponentResult } from './result.ts'

/**
 * Something that can be full, and the load at which it is: a station or pool whose servers or slots are taken all of
 * the time, a rate limit that is used up, consumers (or the partitions that hold them back) that never wait.
 */
export interface Saturation {
  readonly component: string
  readonly resource: string
  readonly kind: 'station' | 'pool' | 'limiter' | 'partitions' | 'consumers'
  /** As a multiple of the load as written. */
  readonly load_ratio: Ratio
  /** True: it is full at this load at the latest; what it waits for grows faster than the load. */
  readonly is_bound: boolean
  /** How that is known, in words. */
  readonly why: string
}

/** What was found at one load. */
export interface Played {
  readonly load: Ratio
  readonly result: Solved
}

/** From this busy share on, the curve of a pool counts as full: it comes near to 1 and never gets there. */
const FULL = 0.99

/** Below this busy share of every station, what requests ask for grows with the load and nothing holds it back. */
const FREE = 0.9

/** Failures beyond those of the lightest load that show that something holds requests back. */
const LOST_MOST = 0.005

/**
 * What fills up first, second, third. Stations by the utilization law (Denning and Buzen 1978): busy share ∝ load, from
 * the highest load at which nothing is full yet, so that hit ratios and batches that move with the load have moved.
 * Pools, and what an autoscaler adds to, by their own curve.
 *
 * @param played  by load, increasing
 */
export function saturations(played: readonly Played[]): readonly Saturation[] {
  const free = freeLoad(played)
  if (free === undefined) return []
  const own = Object.entries(free.result.components).flatMap(([component, { resources }]) =>
    Object.entries(resources).flatMap(([resource, { kind }]): readonly Saturation[] => {
      const isOwn = kind === 'pool' || isScaled(played, component)
      const of = ({ result }: Played): Ratio => busyOf(result.components[component], resource)
      const full = isOwn ? byCurve(played, of) : byLaw(free, of)
      const known = isOwn ? (kind === 'pool' ? POOL : SCALED) : free.isClosed ? CLOSED : LAW
      return full === null ? [] : [{ component, resource, kind, ...full, why: whyOf(known, free, of) }]
    }),
  )
  return [...own, ...otherFills(played, free)].sort((a, b) => a.load_ratio - b.load_ratio)
}

const POOL = 'slots are held for longer, the fuller what they are held for is'
const SCALED = 'instances come and go with the load'
const LAW = ''
const CLOSED = 'more users only wait for one another beyond'

const whyOf = (known: string, free: Played, of: (one: Played) => Ratio): string =>
  `${percent(of(free))} at ${percent(free.load)} of the load${known === '' ? '' : `; ${known}`}`

/** The load by which the others are known. */
type Free = Played & { readonly isClosed: boolean }

/**
 * Users who wait for their answers never ask for more than can be done: what they would ask for is seen where hardly
 * anybody meets another (the saturation point of Kleinrock 1976, Queueing Systems II, 4.12).
 */
function freeLoad(played: readonly Played[]): Free | undefined {
  const [first] = played
  const users = first?.result.users_ratio
  if (first !== undefined && users !== undefined) return { load: users, result: first.result, isClosed: true }
  const last = lastFree(played)
  return last === undefined ? undefined : { ...last, isClosed: false }
}

/** Rate limits, consumers and partitions. */
function otherFills(played: readonly Played[], free: Free): readonly Saturation[] {
  return (free.result.fills ?? []).flatMap(({ component, resource, kind, isLinear, size }, index) => {
    const of = ({ result }: Played): Ratio => result.fills?.[index]?.busy ?? 0
    // At the lightest load of all, something may be full already, and be no busier at any other.
    const full = isLinear && (kind === 'limiter' || of(free) < FULL) ? byLaw(free, of) : byCurve(played, of)
    // Of what is not linear nothing is known beyond the loads that were looked at.
    if (full === null || (!isLinear && full.is_bound)) return []
    return [{ component, resource, kind, ...full, why: `${size}; ${whyOf(free.isClosed ? CLOSED : LAW, free, of)}` }]
  })
}

function lastFree(played: readonly Played[]): Played | undefined {
  const [first] = played
  const isFree = ({ result }: Played): boolean =>
    Object.values(result.components).every((component) =>
      Object.entries(component.resources).every(([id, { kind }]) => kind === 'pool' || busyOf(component, id) < FREE),
    ) &&
    (result.fills ?? []).every(({ busy }) => busy < FREE) &&
    Object.entries(result.flows).every(
      ([
        id,
        {
          success_ratio: { value },
        },
      ]) => {
        const before = first?.result.flows[id]?.success_ratio.value ?? null
        return value === null || before === null || value > before - LOST_MOST
      },
    )
  const busy = played.findIndex((one) => !isFree(one))
  return busy < 0 ? played.at(-1) : played[Math.max(0, busy - 1)]
}

/** How many times the last load of the curve is looked at, and how many times what the first station can do. */
const BEYOND = 6
const OVER = 1.1

/**
 * The largest load that says anything: where more is offered than can be done, what can break has broken, and an engine
 * looks long for a steady state that there may not be.
 */
export function mostOf(full: readonly Saturation[], to: Ratio): Ratio {
  const station = full.find(({ kind }) => kind === 'station')
  return Math.max(to, Math.min(BEYOND * to, station === undefined ? Infinity : OVER * station.load_ratio))
}

type Full = Pick<Saturation, 'load_ratio' | 'is_bound'>

function byLaw(free: Played, of: (one: Played) => Ratio): Full | null {
  const busy = of(free)
  return busy > 0 ? { load_ratio: free.load / busy, is_bound: false } : null
}

function byCurve(played: readonly Played[], of: (one: Played) => Ratio): Full | null {
  const curve = played.map((one) => ({ load: one.load, busy: of(one) }))
  const full = curve.findIndex(({ busy }) => busy >= FULL)
  const [after, before] = [curve[full], curve[full - 1]]
  if (after !== undefined && before === undefined) return { load_ratio: after.load, is_bound: true }
  if (after !== undefined && before !== undefined) {
    const part = (FULL - before.busy) / (after.busy - before.busy)
    return { load_ratio: before.load + part * (after.load - before.load), is_bound: false }
  }
  const last = curve.at(-1)
  return last === undefined || last.busy <= 0 ? null : { load_ratio: last.load / last.busy, is_bound: true }
}

/** Of the fullest copy, where they are told apart. */
function busyOf(component: ComponentResult | undefined, resource: string): Ratio {
  const whole = component?.resources[resource]?.utilization.value ?? 0
  // What is said of shards is said of the resource that stands for the component.
  if (component === undefined || whole !== component.utilization.value) return whole
  return Math.max(whole, ...(component.shards ?? []).map(({ utilization }) => utilization ?? 0))
}

const CHANGED = 0.01

/** Whether instances come and go with the load. */
function isScaled(played: readonly Played[], component: string): boolean {
  const counts = played.flatMap(({ result }) => result.components[component]?.instances_mean?.value ?? [])
  return counts.length > 0 && Math.max(...counts) > (1 + CHANGED) * Math.min(...counts)
}
