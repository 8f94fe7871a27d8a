import type { Objective } from '../model/model.ts'
import type { Entry, Node } from '../text/document.ts'
import { type Field, fieldOf, listOf, type Reading } from '../text/field.ts'
import { type Comparison, parseObjective } from '../text/scalars/objective.ts'
import type { KnownComponent } from './known.ts'
import type { MissingNames } from './missing-names.ts'
import { reportContradictions } from './objective-contradictions.ts'

/** One subject's comparisons: `[p99 < 120 ms, success > 99.95%]`. */
export const comparisonsField: Field<readonly Comparison[]> = listOf(
  fieldOf(
    'a comparison like `p99 < 120 ms`',
    { type: 'string', pattern: '^([a-z0-9.-]+ .*[<>]|recovered-within |no-metastable)' },
    parseObjective,
  ),
)

export interface Subjects {
  readonly reading: Reading
  readonly missing: MissingNames
  readonly flows: ReadonlySet<string>
  readonly components: ReadonlyMap<string, KnownComponent>
  /** Classes of data, and the component that stores each. */
  readonly stores: ReadonlyMap<string, string>
}

type Indicator = Objective['indicator']

const OF_FLOWS: readonly Indicator[] = [
  'mean',
  'p50',
  'p75',
  'p90',
  'p95',
  'p99',
  'p999',
  'max',
  'success',
  'fresh',
  'throughput',
  'goodput',
  'recovered-within',
  'no-metastable',
]
const OF_COMPONENTS: readonly Indicator[] = [
  'utilization',
  'queue-length',
  'hit',
  'lag',
  'rto',
  'rpo',
  'wait-mean',
  'throughput',
  'success',
  'recovered-within',
  'no-metastable',
]
const OF_SYSTEM: readonly Indicator[] = ['cost', ...OF_FLOWS.filter((name) => name !== 'fresh')]

/** `objectives` or `expect`: comparisons under a flow, a component, a data set or `system`. */
export function readObjectives(node: Node | undefined, subjects: Subjects): readonly Objective[] {
  const { reading } = subjects
  // What is no map was said with the section around it.
  if (node?.kind !== 'map') return []
  const objectives = node.entries.flatMap((entry) => {
    const comparisons = comparisonsField.read(entry.value, reading) ?? []
    return comparisons.flatMap((comparison) => objectiveOf(entry, comparison, subjects) ?? [])
  })
  reportContradictions(objectives, reading.out)
  return objectives
}

function objectiveOf(entry: Entry, comparison: Comparison, subjects: Subjects): Objective | undefined {
  const { indicator, span } = comparison
  const subject = subjectOf(entry, indicator, subjects)
  if (subject === undefined) return undefined
  const allowed = { flow: OF_FLOWS, component: OF_COMPONENTS, system: OF_SYSTEM }[subject.kind]
  if (!allowed.includes(indicator)) {
    const what = subject.kind === 'system' ? 'the system' : `a ${subject.kind}`
    const which = subject.kind === 'system' ? '' : `; \`${entry.key}\` is one`
    const message = `\`${indicator}\` is not measured of ${what}${which}`
    subjects.reading.out.error('objective-subject', span, message, `of ${what}: ${allowed.join(', ')}`)
    return undefined
  }
  return { ...comparison, id: `${entry.key} ${indicator}`, subject }
}

/** A name that is both a flow and a component means the one that has the indicator. */
function subjectOf(
  { key, keySpan }: Entry,
  indicator: Indicator,
  { flows, components, stores, missing }: Subjects,
): Objective['subject'] | undefined {
  if (key === 'system') return { kind: 'system', id: 'system' }
  const isFlow = flows.has(key)
  const isComponent = components.has(key)
  if (isFlow && !(isComponent && !OF_FLOWS.includes(indicator))) return { kind: 'flow', id: key }
  if (isComponent) return { kind: 'component', id: key }
  const keeper = stores.get(key)
  if (keeper !== undefined) return { kind: 'component', id: keeper }
  const message = `an objective is about \`${key}\`, which is no flow, component or data set`
  const candidates = [...flows, ...components.keys(), ...stores.keys(), 'system']
  missing.report({ code: 'unknown-subject', name: key, at: keySpan, message, candidates, noun: 'subjects' })
  return undefined
}

/** Data sets by name, and who keeps them: by `stores`, or as a table or keyspace of one component alone. */
export function keepersOf(
  components: ReadonlyMap<string, KnownComponent & { readonly stores: readonly { readonly value: string }[] }>,
): ReadonlyMap<string, string> {
  const keepers = new Map<string, string>()
  for (const { id, parts } of components.values()) {
    for (const part of parts?.keys() ?? []) if (!keepers.has(part)) keepers.set(part, id)
  }
  for (const { id, stores } of components.values()) for (const { value } of stores) keepers.set(value, id)
  return keepers
}
