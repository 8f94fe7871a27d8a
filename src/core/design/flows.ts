import type { MapNode, Node } from '../text/document.ts'
import { isMap, isName, type Placed } from '../text/field.ts'
import { type ParamValues, readSettings } from '../text/param.ts'
import type { Consume, Flow, Target } from './design.ts'
import { flowParams } from './flow-params.ts'
import type { Known } from './known.ts'
import { nodesOf } from './step-lists.ts'
import { readSteps, type StepContext } from './steps.ts'
import { resolveTarget } from './targets.ts'

type Written = ParamValues<typeof flowParams>

export interface ReadFlow extends Flow {
  /** The actor it comes from, as written; null for the others. */
  readonly from: Placed<string> | null
  readonly keySpan: Node['span']
}

export interface FlowsContext {
  readonly known: Known
  /**
   * Actors of `load` and of all scenarios; null: flows that start from an actor are left out, as in an imported file.
   */
  readonly actors: ReadonlySet<string> | null
  /** Before the ids of flows: `payments.` in an imported file. */
  readonly prefix: string
}

/** Section `flows`: what starts each, and its steps. */
export function readFlows(node: Node | undefined, context: FlowsContext): ReadonlyMap<string, ReadFlow> {
  const flows = new Map<string, ReadFlow>()
  const { reading } = context.known
  if (node === undefined || !isMap(node, reading.out, 'a map of flows')) return flows
  for (const { key, keySpan, value } of node.entries) {
    if (!isName(key, keySpan, reading.out)) continue
    if (!isMap(value, reading.out, 'a flow, like `{ from: users, steps: [...] }`')) continue
    if (context.actors === null && value.entry('from') !== undefined) continue
    const id = `${context.prefix}${key}`
    const flow = readFlow({ id, keySpan }, value, context)
    if (flow !== undefined) flows.set(id, flow)
  }
  return flows
}

interface Named {
  readonly id: string
  readonly keySpan: Node['span']
}

function readFlow({ id, keySpan }: Named, map: MapNode, context: FlowsContext): ReadFlow | undefined {
  const { known } = context
  const settings = readSettings(map, flowParams, 'a flow', known.reading)
  // The steps are read even when another key is wrong: their mistakes are told in the same run.
  const steps = map.get('steps')
  const values = settings?.values
  const trigger = values && triggerOf({ id, keySpan }, values, map, context)
  const current = trigger === undefined ? UNKNOWN : byOf(trigger)
  const stepContext: StepContext = {
    known,
    reading: known.reading,
    current,
    asker: trigger?.kind === 'actor' ? trigger.actor : null,
    callers: current === null || current === UNKNOWN ? [] : [current],
    who: current === null || current === UNKNOWN ? `the flow \`${id}\`` : `\`${current}\``,
    fragments: [],
  }
  const read = readSteps(nodesOf(steps), stepContext)
  if (values === undefined || trigger === undefined) return undefined
  if (read.length === 0 && steps?.kind === 'list' && steps.items.length === 0) {
    known.reading.out.warning('no-steps', steps.span, `the flow \`${id}\` has no steps`)
  }
  const { priority, failed, commit, idempotent } = values
  const delivery = { commit: commit ?? 'after', isIdempotent: idempotent === true } as const
  return { id, trigger, steps: read, priority, failed, ...delivery, span: keySpan, from: values.from, keySpan }
}

/** Where the steps run was not understood: nothing is said about it again. */
const UNKNOWN = ''

const byOf = (trigger: Flow['trigger']): string | null => (trigger.kind === 'actor' ? null : trigger.by)

/** Exactly one of an actor, messages and a schedule. */
function triggerOf(named: Named, values: Written, map: MapNode, context: FlowsContext): Flow['trigger'] | undefined {
  const { known } = context
  const { out } = known.reading
  const { from, consume, every } = values
  const starts = ['from', 'consume', 'every'].filter((key) => map.entry(key) !== undefined)
  if (starts.length !== 1) {
    const found =
      starts.length === 0 ? 'nothing starts it' : `${starts.map((key) => `\`${key}\``).join(' and ')} start it`
    const hint = 'write `from: <actor>`, `consume: <topic>` or `every: 1 min`'
    out.error('flow-start', named.keySpan, `the flow \`${named.id}\` needs one start: ${found}`, hint)
    return undefined
  }
  refuseForeignKeys(starts[0] ?? '', map, context)
  if (from !== null) return actorTrigger(named, from, context)
  const asking = { verb: 'consume', who: `the flow \`${named.id}\`` } as const
  const target = consume === null ? null : resolveTarget(consume, asking, known)
  const by = values.by === null ? null : componentOf(named, values, context)
  if (by === undefined || target === undefined) return undefined
  if (every !== null) return { kind: 'every', interval: every, by: by?.component ?? null }
  return target === null ? undefined : consumeTrigger(named, target, by, values, context)
}

function actorTrigger({ id }: Named, from: Placed<string>, { known, actors }: FlowsContext): Flow['trigger'] {
  if (actors !== null && !actors.has(from.value)) {
    const message = `the flow \`${id}\` comes from \`${from.value}\`, which is not an actor in \`load\``
    const mistake = { code: 'unknown-actor', name: from.value, at: from.span, message, noun: 'actors' }
    known.missing.report({ ...mistake, candidates: actors })
  }
  return { kind: 'actor', actor: from.value }
}

interface Consumer {
  readonly component: string
  readonly poll: number
}

function componentOf({ id }: Named, { by }: Written, { known }: FlowsContext): Consumer | null | undefined {
  if (by === null) return null
  const [name, poll] = 'value' in by ? [by, 0] : [by['part-of'], by.poll]
  const found = known.components.get(name.value)
  if (found !== undefined) {
    known.usage.components.add(found.id)
    return { component: found.id, poll }
  }
  const message = `the flow \`${id}\` runs at \`${name.value}\`, which does not exist`
  const mistake = { code: 'unknown-component', name: name.value, at: name.span, message, noun: 'components' }
  known.missing.report({ ...mistake, candidates: known.components.keys() })
  return undefined
}

function consumeTrigger(
  { id, keySpan }: Named,
  target: Target,
  by: Consumer | null,
  values: Written,
  { known }: FlowsContext,
): Consume | undefined {
  if (by === null) {
    const hint = 'write `by: <worker>`, or `by: { part-of: <database>, poll: 100 ms }`'
    known.reading.out.error(
      'missing-key',
      keySpan,
      `the flow \`${id}\` needs \`by\`: the component that consumes`,
      hint,
    )
    return undefined
  }
  known.usage.edges.add(`${by.component} -> ${target.component}`)
  const { batch } = values
  return {
    kind: 'consume',
    target,
    by: by.component,
    batchMax: batch?.['up-to'] ?? 1,
    batchWait: batch?.wait ?? 0,
    poll: by.poll,
    atOnce: values['at-once'],
  }
}

/** Keys that only mean something to a flow of another start. */
function refuseForeignKeys(start: string, map: MapNode, { known }: FlowsContext): void {
  const { out } = known.reading
  const foreign: Readonly<Record<string, readonly string[]>> = {
    from: ['by', 'batch', 'at-once', 'failed', 'commit'],
    every: ['batch', 'at-once', 'failed', 'commit'],
  }
  for (const key of foreign[start] ?? []) {
    const entry = map.entry(key)
    const message = `\`${key}\` is for flows that consume messages; this one starts by \`${start}\``
    if (entry !== undefined) out.error('flow-start', entry.keySpan, message)
  }
}
