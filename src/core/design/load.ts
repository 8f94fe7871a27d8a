import type { Entry, MapNode, Node } from '../text/document.ts'
import { isMap, isName, type Named, type Reading, type Schema } from '../text/field.ts'
import { type ParamValues, readSettings, recordSchema } from '../text/param.ts'
import type { Amount } from '../text/scalars/amount.ts'
import { normalizeShares, sharesProblem } from '../text/scalars/shares.ts'
import type { Actor, PlaceGroup } from './design.ts'
import { actorParams } from './load-params.ts'
import type { MissingNames } from './missing-names.ts'
import { checkPlace } from './places.ts'

type Written = ParamValues<typeof actorParams>

export const loadSchema: Schema = { type: 'object', additionalProperties: recordSchema(actorParams) }

export interface LoadContext {
  readonly reading: Reading
  readonly missing: MissingNames
  readonly places: ReadonlyMap<string, PlaceGroup>
  readonly flows: ReadonlySet<string>
}

/** Names of actors, before anything else of them is read. */
export const actorNames = (node: Node | undefined): readonly string[] =>
  node?.kind === 'map' ? node.entries.map(({ key }) => key) : []

/** Section `load`, of the design or of one scenario: who starts how many requests of which flows. */
export function readLoad(node: Node | undefined, context: LoadContext): ReadonlyMap<string, Actor> {
  const actors = new Map<string, Actor>()
  const { out } = context.reading
  if (node === undefined || !isMap(node, out, 'a map of actors')) return actors
  for (const entry of node.entries) {
    if (!isName(entry.key, entry.keySpan, out)) continue
    if (!isMap(entry.value, out, 'an actor, like `{ rate: 400/s, mix: { view: 100% } }`')) continue
    const actor = readActor(entry, entry.value, context)
    if (actor !== undefined) actors.set(entry.key, actor)
  }
  return actors
}

function readActor({ key: id, keySpan }: Entry, map: MapNode, context: LoadContext): Actor | undefined {
  const values = readSettings(map, actorParams, 'an actor', context.reading)?.values
  if (values === undefined) return undefined
  const from = shareList(values.from, map.get('from'), context)
  for (const { name, keySpan: at } of from) {
    checkPlace({ name, at }, context.places, context.missing, `the actor \`${id}\``)
  }
  const work = workOf({ id, keySpan }, values, map, context)
  if (work === undefined) return undefined
  return {
    id,
    ...work,
    arrivals: values.arrivals,
    shape: values.shape,
    from: from.map(({ name, share }) => ({ place: name, share })),
    isHostile: values.hostile,
    clients: values.clients ?? wholeOf(values.users) ?? wholeOf(values.population),
    written: map,
    span: keySpan,
  }
}

const wholeOf = (people: number | null): number | null => (people === null ? null : Math.max(1, Math.round(people)))

interface Share {
  readonly name: string
  readonly share: number
  readonly keySpan: Node['span']
}

/** Shares by name that sum to 100 %. */
function shareList(
  written: ReadonlyMap<string, Named<number>> | null,
  node: Node | undefined,
  { reading }: LoadContext,
): readonly Share[] {
  if (written === null) return []
  const shares = [...written].map(([name, { value, keySpan }]) => ({ name, share: value, keySpan }))
  const isWhole = node?.kind === 'map' && node.entries.length === shares.length
  const problem = node === undefined || !isWhole ? null : sharesProblem(shares, node.span)
  if (problem !== null) reading.out.add(problem)
  return normalizeShares(shares)
}

type Work = Pick<Actor, 'demand' | 'mix' | 'people'>
type Actors = Pick<Entry, 'keySpan'> & { readonly id: string }

/** Exactly one of a rate, users and a population. */
function workOf(actor: Actors, values: Written, map: MapNode, context: LoadContext): Work | undefined {
  const { out } = context.reading
  const { id, keySpan } = actor
  const said = ['rate', 'users', 'population'].filter((key) => map.entry(key) !== undefined)
  if (said.length !== 1) {
    const found = said.length === 0 ? 'it has none' : `it has ${said.map((key) => `\`${key}\``).join(' and ')}`
    const hint = 'write `rate: 400/s` with `mix`, `users` with `does`, or `population` with `think` and `mix`'
    out.error(
      'actor-demand',
      keySpan,
      `the actor \`${id}\` needs one of \`rate\`, \`users\` and \`population\`: ${found}`,
      hint,
    )
    return undefined
  }
  const [kind = ''] = said
  refuseForeignKeys(kind, map, context)
  if (kind === 'users') return usersWork(actor, values, context)
  const mix = mixOf(actor, values, map, context)
  if (mix === undefined) return undefined
  if (values.rate !== null) return { demand: { kind: 'rate', rate: values.rate }, mix, people: null }
  const population = Math.round(values.population ?? 0)
  if (values.think !== null) return { demand: { kind: 'closed', population, think: values.think }, mix, people: null }
  const hint = 'write `think: 5 s`; `think: 0 s` for users that never pause'
  out.error('missing-key', keySpan, `the actor \`${id}\` has a \`population\`, but no \`think\` time`, hint)
  return undefined
}

function refuseForeignKeys(kind: string, map: MapNode, { reading }: LoadContext): void {
  const foreign: Readonly<Record<string, readonly string[]>> = {
    rate: ['does', 'peak', 'think'],
    users: ['mix', 'think'],
    population: ['does', 'peak', 'arrivals'],
  }
  for (const key of foreign[kind] ?? []) {
    const entry = map.entry(key)
    if (entry === undefined) continue
    reading.out.error('actor-demand', entry.keySpan, `\`${key}\` does not go with \`${kind}\``, 'remove one of the two')
  }
}

function mixOf(
  { id, keySpan }: Actors,
  { mix }: Written,
  map: MapNode,
  context: LoadContext,
): Actor['mix'] | undefined {
  if (mix === null) {
    const hint = 'write `mix: { view: 90%, buy: 10% }`: the share of each flow'
    context.reading.out.error('missing-key', keySpan, `the actor \`${id}\` needs \`mix\``, hint)
    return undefined
  }
  const shares = shareList(mix, map.get('mix'), context)
  for (const share of shares) checkFlow(id, share, context)
  return shares.map(({ name, share }) => ({ flow: name, share }))
}

function checkFlow(id: string, { name, keySpan }: Omit<Share, 'share'>, { flows, missing }: LoadContext): void {
  if (flows.has(name)) return
  const message = `the actor \`${id}\` starts the flow \`${name}\`, which does not exist`
  missing.report({ code: 'unknown-flow', name, at: keySpan, message, candidates: flows, noun: 'flows' })
}

/** Words for one of the people. */
const PEOPLE = ['user', 'person', 'visitor', 'customer', 'client', 'device', 'each']

/** Rate = users x what each does x peak; the mix follows. */
function usersWork({ id, keySpan }: Actors, values: Written, context: LoadContext): Work | undefined {
  const { out } = context.reading
  if (values.does === null || values.does.size === 0) {
    const hint = 'write `does: { view: 8 per user per day }`'
    out.error('missing-key', keySpan, `the actor \`${id}\` has \`users\`, but not what each \`does\``, hint)
    return undefined
  }
  const rates = [...values.does].map(([name, { value, keySpan: at, span }]) => {
    checkFlow(id, { name, keySpan: at }, context)
    checkPerson(value, span, context)
    return { name, share: value.value }
  })
  const each = rates.reduce((sum, { share }) => sum + share, 0)
  const { peak, users } = values
  const people = { users: users ?? 0, does: new Map(rates.map(({ name, share }) => [name, share])), peak }
  return {
    demand: { kind: 'rate', rate: people.users * each * peak },
    people,
    mix: normalizeShares(rates).map(({ name, share }) => ({ flow: name, share })),
  }
}

function checkPerson({ per, value }: Amount, at: Node['span'], { reading: { out } }: LoadContext): void {
  if (per !== null && !PEOPLE.includes(per)) {
    out.error(
      'unit-wrong',
      at,
      `the rate is per \`${per}\`; one of a user is needed here`,
      'write `8 per user per day`',
    )
  }
  if (value < 0) out.error('number-range', at, 'the rate must not be negative')
}
