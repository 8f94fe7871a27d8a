import type { Model } from '../model/model.ts'
import type { SurvivalResult } from '../result/availability.ts'
import type { ObjectiveResult } from '../result/result.ts'
import { deadOf, signatureOf } from './failure-environment.ts'
import { FailureAnswers, type StateAnswer } from './failure-answers.ts'
import { instancesOf, isRun, standingAt, type Victims } from './failures.ts'

/** One failure that a class of them means here. */
interface Case {
  readonly title: string
  /** null: nothing dies, caches are empty. */
  readonly victims: Victims | null
}

export interface SurviveOptions {
  /** Failures that are solved at most, of all classes together; left out = 200. */
  readonly most?: number
}

/**
 * Whether the objectives hold while each failure lasts that is to be survived (`requirements.survive`), with the load
 * that what is left has to carry: an answer has to come back, and in time. Each class is as good as its worst case.
 *
 * @param failures  as written: `any zone`, `region eu`, `component db`, `cache cold start`
 */
export function survivals(
  model: Model,
  failures: readonly string[],
  { most = 200 }: SurviveOptions = {},
): readonly SurvivalResult[] {
  const answers = new FailureAnswers(model, most)
  const usual = new Set(
    answers.of(new Map())?.objectives.flatMap(({ id, verdict }) => (verdict === 'missed' ? [id] : [])),
  )
  return failures.map((failure) => {
    const cases = different(model, casesOf(model, failure))
    const judged = cases.map(({ title, victims }) => ({
      title,
      answer: victims === null ? answers.cold() : answers.of(deadOf([victims])),
    }))
    return verdictOver(failure, judged, usual)
  })
}

/** Of those that do the same to the system one is enough. */
function different(model: Model, cases: readonly Case[]): readonly Case[] {
  const seen = new Set<string>()
  return cases.filter(({ victims }) => {
    const signature = victims === null ? 'cold' : signatureOf(model, deadOf([victims]))
    const isNew = !seen.has(signature)
    seen.add(signature)
    return isNew
  })
}

interface Judged {
  readonly title: string
  /** null: one more than may be solved. */
  readonly answer: StateAnswer | null
}

/** @param usual  ids of objectives that are missed without any failure, too */
function verdictOver(failure: string, judged: readonly Judged[], usual: ReadonlySet<string>): SurvivalResult {
  const all = judged.flatMap(({ title, answer }) =>
    (answer?.objectives ?? []).map((objective) => ({ title, objective })),
  )
  const isOpen = judged.some(({ answer }) => answer === null) || all.some(({ objective }) => isUndecided(objective))
  const missed = all.filter(({ objective }) => objective.verdict === 'missed')
  const isUsual = ({ objective }: (typeof all)[number]): boolean => usual.has(objective.id)
  const worst =
    missed.toSorted(
      (a, b) =>
        Number(isUsual(a)) - Number(isUsual(b)) || rank(a) - rank(b) || distance(b.objective) - distance(a.objective),
    )[0] ?? all.find(({ objective }) => isUndecided(objective))
  return {
    failure,
    verdict: missed.length > 0 ? 'missed' : isOpen ? 'undecided' : 'met',
    cases: judged.length,
    worst:
      worst === undefined
        ? null
        : {
            failure: worst.title === COLD ? COLD : `${worst.title} down`,
            objective: `${worst.objective.subject.id} ${worst.objective.target}`,
            indicator: worst.objective.indicator,
            measured: worst.objective.measured.value,
            cause: worst.objective.cause?.text ?? null,
            is_usual: isUsual(worst),
          },
  }
}

/** That there are answers at all is said before how good they are. */
const rank = ({ objective: { indicator } }: { readonly objective: ObjectiveResult }): number =>
  indicator === 'success' ? 0 : 1

const isUndecided = ({ verdict }: ObjectiveResult): boolean => verdict === 'undecided'

/** How far a measured figure is from what it should be, whichever way; endless is furthest. */
function distance({ measured: { value }, target_value: limit }: ObjectiveResult): number {
  if (value === null || value <= 0 || limit <= 0) return Infinity
  return Math.max(value / limit, limit / value)
}

const COLD = 'cold caches'

/** The failures that the words mean in this system. */
function casesOf(model: Model, failure: string): readonly Case[] {
  const words = failure.trim().split(/\s+/)
  const [first = '', second = ''] = words
  if (first === 'cache') return [{ title: COLD, victims: null }]
  if (first === 'zone') return zoneCases(model, (id) => id === second)
  if (first === 'region') return regionCases(model, second)
  if (first === 'component') return componentCases(model).filter(({ title }) => title === second)
  switch (second) {
    case 'zone':
      return zoneCases(model, () => true)
    case 'edge':
      return placeCases(model, 'edge', () => true)
    case 'region':
      return regionCases(model, null)
    case 'component':
      return componentCases(model)
    case 'shard':
      return shardCases(model)
    case 'leader':
      return instanceCases(model, ({ position, copies }) => copies > 1 && position === 0)
    case 'replica':
      return instanceCases(model, ({ position, copies }) => copies > 1 && position > 0)
    case 'broker':
      return instanceCases(model, ({ kind }) => BROKERS.has(kind))
    default:
      return instanceCases(model, () => true)
  }
}

const zoneCases = (model: Model, isMeant: (id: string) => boolean): readonly Case[] =>
  placeCases(model, 'zone', isMeant)

const placeCases = (model: Model, kind: 'zone' | 'edge', isMeant: (id: string) => boolean): readonly Case[] =>
  model.places.flatMap((place, index) => {
    const victims = place.kind === kind && isMeant(place.id) ? standingAt(model, (at) => at === index) : []
    return victims.length > 0 ? [{ title: `${kind} ${place.id}`, victims }] : []
  })

/** By the name of a region, or of a place in it; null = each. */
function regionCases(model: Model, name: string | null): readonly Case[] {
  const zones = model.places.filter(({ kind }) => kind === 'zone')
  const isNamed = ({ id, region }: (typeof zones)[number]): boolean =>
    name === null || region === name || id === name || id.startsWith(`${name}.`)
  const regions = [...new Set(zones.filter(isNamed).map(({ region }) => region))]
  return regions.flatMap((region) => {
    const isThere = (at: number): boolean => model.places[at]?.region === region && model.places[at]?.kind === 'zone'
    const victims = standingAt(model, isThere)
    return victims.length > 0 ? [{ title: `region ${region}`, victims }] : []
  })
}

const componentCases = (model: Model): readonly Case[] =>
  model.components.flatMap(({ id, groups }) => {
    const victims = groups.map((group) => ({ group, instances: instancesOf(model, group) }))
    return victims.length > 0 ? [{ title: id, victims }] : []
  })

const shardCases = (model: Model): readonly Case[] =>
  model.groups.flatMap(({ id, shards, perShardMax }, group) =>
    Array.from({ length: shards }, (_, shard) => ({
      title: `shard ${shard} of ${id}`,
      victims: [{ group, instances: instancesOf(model, group).filter((i) => Math.floor(i / perShardMax) === shard) }],
    })),
  )

const BROKERS: ReadonlySet<string> = new Set(['stream', 'kafka', 'queue', 'rabbitmq', 'pub-sub', 'nats'])

interface Instance {
  readonly position: number
  readonly copies: number
  readonly kind: string
}

/** Of what somebody runs: a provider's own machines are for the provider to lose. */
const instanceCases = (model: Model, isMeant: (instance: Instance) => boolean): readonly Case[] =>
  model.groups.flatMap(({ id, component, perShard, perShardMax }, group) => {
    const owner = model.components.find((one) => one.id === component)
    if (owner === undefined || !isRun(owner)) return []
    return instancesOf(model, group)
      .filter((at) => isMeant({ position: at % perShardMax, copies: perShard, kind: owner.kind }))
      .map((at) => ({ title: `${id} ${at}`, victims: [{ group, instances: [at] }] }))
  })
