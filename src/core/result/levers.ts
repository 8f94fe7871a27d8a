import type { Dollars, Ratio } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import { shortName } from './components.ts'
import { type At, type Crossing, crossingOf, type Range } from './crossing.ts'
import { loadsBetween, remembered, type KneeOptions } from './knee.ts'
import type { Result } from './result.ts'
import { mostOf, type Saturation, saturations } from './saturation.ts'

/** One change of a design, as `--set` takes it. */
export interface Setting {
  readonly path: string
  readonly value: string
}

export type LeverSort = 'vertical' | 'horizontal' | 'sharding' | 'caching' | 'pool'

/** Something that could be done, by the words of the design. */
export interface Lever {
  readonly sort: LeverSort
  /** `twice the processors`. */
  readonly name: string
  readonly sets: readonly Setting[]
  /** What stands there now, in the order of `sets`. */
  readonly before: readonly string[]
}

/** What a lever moves: the objective that is missed first without it, and what is full first with it. */
export interface LeverEffect extends Lever {
  readonly component: string
  /** Until which load that objective holds with it; null = as far as was looked, or there is no objective. */
  readonly crossing: Crossing | null
  readonly saturation: Saturation | null
  /** How much more the design costs a month at the load as written. */
  readonly cost_usd_per_month: Dollars
}

/** A component whose settings can be turned. */
export interface Turnable {
  readonly component: string
  /** Paths below the component, and what is set; `none` = nothing is. */
  readonly settings: readonly { readonly path: string; readonly value: string }[]
}

interface Rule {
  readonly sort: LeverSort
  readonly name: string
  /** Settings that are changed together; those that the component does not have are left alone, one must be there. */
  readonly paths: readonly string[]
  readonly change: (value: string) => string | null
}

const times =
  (factor: number) =>
  (value: string): string | null => {
    if (value.startsWith('=')) return `= ${factor} * (${value.slice(1).trim()})`
    const match = /^(\D*?)(\d+(?:\.\d+)?)(?![\d.]*\s*\.\.)(.*)$/.exec(value)
    if (!match || value.startsWith('{')) return null
    const [, before = '', number = '', after = ''] = match
    return `${before}${Number((Number(number) * factor).toPrecision(12))}${after}`
  }

const oneMore = (value: string): string | null => (/^\d+$/.test(value) ? String(Number(value) + 1) : null)

/** `m7g.large` to `m7g.xlarge` to `m7g.2xlarge`. */
function largerMachine(value: string): string | null {
  const [family = '', size = ''] = value.split('.')
  const sizes = ['medium', 'large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge']
  const next = sizes[sizes.indexOf(size) + 1]
  return next === undefined || !sizes.includes(size) ? null : `${family}.${next}`
}

/** In the order in which they are shown. Of one sort with the same name the first that the component has is tried. */
const rules: readonly Rule[] = [
  { sort: 'vertical', name: 'twice the machine', paths: ['machine'], change: largerMachine },
  { sort: 'vertical', name: 'twice the machine', paths: ['size.cpu', 'size.memory'], change: times(2) },
  { sort: 'vertical', name: 'twice the threads', paths: ['threads'], change: times(2) },
  { sort: 'vertical', name: 'twice the servers', paths: ['servers'], change: times(2) },
  ...['instances', 'brokers', 'nodes'].flatMap((path): readonly Rule[] => [
    { sort: 'horizontal', name: `one more of ${path}`, paths: [path], change: oneMore },
    { sort: 'horizontal', name: `twice the ${path}`, paths: [path], change: times(2) },
  ]),
  { sort: 'horizontal', name: 'one more replica', paths: ['replicas.count'], change: oneMore },
  { sort: 'horizontal', name: 'one more replica', paths: ['replicas'], change: oneMore },
  { sort: 'sharding', name: 'twice the shards', paths: ['shards.count'], change: times(2) },
  { sort: 'sharding', name: 'twice the shards', paths: ['shards'], change: times(2) },
  { sort: 'pool', name: 'twice the connections', paths: ['pool.max'], change: times(2) },
  { sort: 'pool', name: 'twice the threads', paths: ['runtime'], change: times(2) },
  { sort: 'pool', name: 'twice the limit', paths: ['limits.concurrency'], change: times(2) },
  { sort: 'pool', name: 'twice the rate', paths: ['limits.rate'], change: times(2) },
  { sort: 'sharding', name: 'twice the partitions', paths: ['topics.*.partitions'], change: times(2) },
]

const cacheRules: readonly Rule[] = [
  { sort: 'caching', name: 'twice the entries', paths: ['entries'], change: times(2) },
  { sort: 'caching', name: 'twice the memory', paths: ['memory'], change: times(2) },
]

/** `topics.*.partitions` is met by the partitions of each topic. */
const matches = (path: string, rule: string): boolean => {
  const [start = '', end] = rule.split('*')
  return end === undefined ? path === rule : path.startsWith(start) && path.endsWith(end)
}

/** What could be turned at a component; whether the design takes it is not said. */
export function leversOf({ component, settings }: Turnable, isCache: boolean): readonly Lever[] {
  const levers = (isCache ? cacheRules : rules).flatMap(({ sort, name, paths, change }): readonly Lever[] => {
    const found = settings.flatMap(({ path, value }) => {
      const next = paths.some((one) => matches(path, one)) && value !== 'none' ? change(value) : null
      return next === null ? [] : [{ path: `components.${component}.${path}`, value: next, before: value }]
    })
    if (found.length === 0) return []
    const sets = found.map(({ path, value }) => ({ path, value }))
    return [{ sort, name, sets, before: found.map(({ before }) => before) }]
  })
  const isSame = (a: Lever, b: Lever): boolean =>
    (a.sort === b.sort && a.name === b.name) || JSON.stringify(a.sets) === JSON.stringify(b.sets)
  const isFirst = (lever: Lever, i: number): boolean => levers.findIndex((one) => isSame(one, lever)) === i
  return levers.filter(isFirst)
}

/** A component to be turned, for what it does or for what it keeps. */
export interface Turned {
  readonly component: string
  readonly isCache: boolean
}

/**
 * Whose levers are tried: of what is full first; where that is a pool, which fills up because of what it waits for, of
 * the first station too; of what makes the objective be missed that the load as written misses; and of every cache,
 * which keeps load away from them.
 */
export function turnedFirst(
  full: readonly Saturation[],
  model: Model,
  { components, objectives }: Result,
  missed: Crossing | null,
): readonly Turned[] {
  const [first] = full
  const station = full.find(({ kind }) => kind === 'station')
  const cause = objectives.find(({ id }) => id === missed?.id)?.cause?.component
  const owners = [first, station].flatMap((one) => (one === undefined ? [] : [ownerOf(one, model)]))
  const busy = [...(cause === undefined ? [] : [cause]), ...owners]
  const caches = Object.keys(components).filter((id) => components[id]?.hit_ratio !== undefined)
  return [
    ...[...new Set(busy)].map((component) => ({ component, isCache: false })),
    ...caches.map((component) => ({ component, isCache: true })),
  ]
}

/** How many partitions each log of a component has, by the settings of streams. */
export const partitionsOf = (model: Model, component: string): Turnable['settings'] =>
  model.resources.flatMap((resource) => {
    if (resource.kind !== 'log' || resource.isShared || model.groups[resource.group]?.component !== component) return []
    return [{ path: `topics.${shortName(resource, { id: component })}.partitions`, value: String(resource.partitions) }]
  })

/** A pool of connections is set at the store that they lead to. */
function ownerOf({ component, resource }: Saturation, model: Model): string {
  const pool = model.resources.findIndex(
    (one) => model.groups[one.group]?.component === component && shortName(one, { id: component }) === resource,
  )
  return model.connections.find((each) => each.pool === pool)?.to ?? component
}

/** Loads that a changed design is looked at. */
const STEPS = 4

/** Levers that are tried. */
const MOST = 8

export interface LeverOptions extends KneeOptions {
  /** Position of the objective that is missed first; null = there is none. */
  readonly objective: number | null
  /** What the design costs as it is. */
  readonly cost: Dollars
}

/**
 * What each lever brings, by the same engine over the design with it laid over.
 *
 * @param changed  the design with these settings; null = it does not take them
 */
export function leverEffects(
  levers: readonly (Lever & { readonly component: string })[],
  changed: (sets: readonly Setting[]) => At | null,
  options: LeverOptions,
): readonly LeverEffect[] {
  const grid = loadsBetween(options, STEPS)
  return levers.slice(0, MOST).flatMap((lever) => {
    const asked = changed(lever.sets)
    if (asked === null) return []
    const { at } = remembered(asked)
    const full = saturations(grid.map((load: Ratio) => ({ load, result: at(load) })))
    const range: Range = { grid, asked: options.asked, most: mostOf(full, options.to) }
    const { objective, cost } = options
    return [
      {
        ...lever,
        crossing: objective === null ? null : crossingOf(at, objective, range, { isBrief: true }),
        saturation: full[0] ?? null,
        cost_usd_per_month: at(1).cost_usd_per_month.total - cost,
      },
    ]
  })
}
