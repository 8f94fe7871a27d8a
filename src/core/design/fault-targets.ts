import { type Placed, type Reading, wordList } from '../text/field.ts'
import type { Fault, PlaceGroup } from './design.ts'
import type { FaultKind } from './fault-params.ts'
import type { KnownComponent } from './known.ts'
import type { MissingNames } from './missing-names.ts'
import { isDeclaredPlace } from './places.ts'

export interface FaultTargets {
  readonly reading: Reading
  readonly missing: MissingNames
  readonly components: ReadonlyMap<string, KnownComponent>
  readonly places: ReadonlyMap<string, PlaceGroup>
  readonly flows: ReadonlySet<string>
  readonly actors: ReadonlySet<string>
}

type TargetKind = Fault['target']['kind']

/** What each kind of fault can hit. */
const HITS: Readonly<Record<FaultKind, readonly TargetKind[]>> = {
  kill: ['component', 'instance', 'place'],
  slow: ['component', 'instance', 'place'],
  errors: ['component', 'instance', 'place'],
  disconnect: ['component', 'instance', 'place'],
  flush: ['component', 'instance'],
  burst: ['flow', 'actor'],
  partition: ['component', 'place'],
  fill: ['component', 'instance'],
  throttle: ['component', 'instance'],
  deny: ['component', 'instance'],
  failover: ['component'],
  deploy: ['component'],
}

const NOUNS: Readonly<Record<TargetKind, string>> = {
  component: 'a component',
  instance: 'an instance like `api[2]`',
  place: 'a place',
  flow: 'a flow',
  actor: 'an actor',
}

/** A component, an instance of one, a place, a flow or an actor, as the kind of fault takes it. */
export function findFaultTarget(
  kind: FaultKind,
  written: Placed<string>,
  targets: FaultTargets,
): Fault['target'] | undefined {
  const name = written.value
  const found = targetsCalled(name, targets)
  const hit = found.find((target) => HITS[kind].includes(target.kind))
  if (hit !== undefined) {
    const isRight = checkCache(kind, hit, written, targets) && checkInstance(hit, written, targets)
    return isRight ? hit : undefined
  }
  const allowed = wordList(HITS[kind].map((each) => NOUNS[each]))
  const [other] = found
  if (other !== undefined) {
    const message = `\`${kind}\` hits ${allowed}; \`${name}\` is ${NOUNS[other.kind]}`
    targets.reading.out.error('fault-target', written.span, message)
    return undefined
  }
  const message = `\`${kind}\` hits \`${name}\`, which does not exist`
  const candidates = candidatesFor(kind, targets)
  const noun = `what \`${kind}\` can hit`
  const whole = name.split(/[.[]/)[0] ?? ''
  const isPart = whole !== name && targets.components.has(whole)
  const hint = isPart ? { hint: `name the whole component, \`${whole}\`, or an instance of it: \`${whole}[0]\`` } : {}
  targets.missing.report({ code: 'fault-target', name, at: written.span, message, candidates, noun, ...hint })
  return undefined
}

/** Instances count from 0. */
function checkInstance(
  { id, instance }: Fault['target'],
  { span }: Placed<string>,
  { components, reading }: FaultTargets,
): boolean {
  const settings = components.get(id)?.settings
  const count = settings?.['instances']
  const isFixed = typeof count === 'number' && (settings?.['scale'] ?? null) === null
  if (instance === null || !isFixed || instance < count) return true
  const message = `\`${id}\` has ${count} ${count === 1 ? 'instance' : 'instances'}, counted from 0; \`${id}[${instance}]\` is none`
  reading.out.error('fault-target', span, message, `the last one is \`${id}[${count - 1}]\``)
  return false
}

function targetsCalled(name: string, { components, places, flows, actors }: FaultTargets): readonly Fault['target'][] {
  const instance = /^(.+)\[(\d{1,6})\]$/.exec(name)
  if (instance !== null) {
    const [, id = '', number = ''] = instance
    return components.has(id) ? [{ kind: 'instance', id, instance: Number(number) }] : []
  }
  const as = (kind: TargetKind): Fault['target'] => ({ kind, id: name, instance: null })
  return [
    ...(components.has(name) ? [as('component')] : []),
    ...(isDeclaredPlace(name, places) ? [as('place')] : []),
    ...(flows.has(name) ? [as('flow')] : []),
    ...(actors.has(name) ? [as('actor')] : []),
  ]
}

/** Only what holds entries can be flushed. */
function checkCache(
  kind: FaultKind,
  { id }: Fault['target'],
  { span }: Placed<string>,
  { components, reading }: FaultTargets,
): boolean {
  const component = components.get(id)
  if (kind !== 'flush' || component?.kind === null || component?.kind.verbs.includes('get') === true) return true
  const message = `\`flush\` empties a cache; \`${id}\` is a \`${component?.writtenKind ?? ''}\``
  reading.out.error('fault-target', span, message)
  return false
}

function candidatesFor(kind: FaultKind, { components, places, flows, actors }: FaultTargets): readonly string[] {
  const hits = HITS[kind]
  const zones = [...places.values()].flatMap(({ id, zones: names }) => [id, ...names.map((zone) => `${id}.${zone}`)])
  return [
    ...(hits.includes('component') ? components.keys() : []),
    ...(hits.includes('place') ? zones : []),
    ...(hits.includes('flow') ? flows : []),
    ...(hits.includes('actor') ? actors : []),
  ]
}
