import { nearestNames } from '../base/nearest.ts'
import { describeNode, type Entry, type MapNode, type Node } from '../text/document.ts'
import { isMap, type Reading } from '../text/field.ts'
import { type Params, type ParamValues, readSettings } from '../text/param.ts'
import type { PolicyPart, Step } from './design.ts'
import type { Known } from './known.ts'
import { readPolicyUse } from './policies.ts'
import { type VerbName, verbNames, verbParams } from './step-params.ts'
import { stepReaders } from './step-readers.ts'

/** Where steps run, and who has them. */
export interface StepContext {
  readonly known: Known
  /** Its scope has the arguments of the fragments around, and laws under a condition. */
  readonly reading: Reading
  /** Component the steps run at; null = nowhere: they start with a request to one. */
  readonly current: string | null
  /** Who asks when the steps run nowhere: the actor, or the cache in front whose miss they are. */
  readonly asker: string | null
  /** Components that are being waited for, outermost first, for rings of calls. */
  readonly callers: readonly string[]
  /** For messages: `` flow `buy` ``. */
  readonly who: string
  /** Fragments being run, outermost first. */
  readonly fragments: readonly string[]
}

/** Steps of one flow or operation, with all fragments written out, before it is refused. */
const STEPS_MOST = 200_000

/** Reads a list of steps. What is wrong is said, and left out. */
export function readSteps(nodes: readonly Node[], context: StepContext): readonly Step[] {
  return nodes.flatMap((node) => readStep(node, context))
}

function readStep(node: Node, context: StepContext): readonly Step[] {
  const { usage, reading } = context.known
  usage.steps++
  if (usage.steps > STEPS_MOST) {
    if (usage.steps === STEPS_MOST + 1) {
      const message = `with its fragments written out, the design has more than ${STEPS_MOST} steps`
      reading.out.error('too-many-steps', node.span, message, 'call a fragment less often, or use `repeat`')
    }
    return []
  }
  if (!isMap(node, reading.out, 'a step, like `- work: 2 ms`')) return []
  const verb = verbOf(node, context)
  return verb === undefined ? [] : stepReaders[verb.name](node, verb.entry, context)
}

interface FoundVerb {
  readonly name: VerbName
  readonly entry: Entry
}

const isVerb = (key: string): key is VerbName => Object.hasOwn(verbParams, key)

/** The one key of a step that is a verb. `try` has a `catch`, which is none. */
function verbOf(map: MapNode, { reading: { out } }: StepContext): FoundVerb | undefined {
  const [first, second] = map.entries.flatMap((entry): readonly FoundVerb[] =>
    isVerb(entry.key) ? [{ name: entry.key, entry }] : [],
  )
  if (first !== undefined && second === undefined) return first
  const list = `verbs are ${verbNames.join(', ')}`
  if (first !== undefined && second !== undefined) {
    const message = `a step has one verb; this one has \`${first.name}\` and \`${second.name}\``
    out.error('step-verb', second.entry.keySpan, message, 'start a new step with `- `')
    return undefined
  }
  const keys = map.entries.map(({ key }) => key)
  const guess = map.entries.flatMap((entry) => {
    const near = nearestNames(entry.key, verbNames, 1)[0]
    return near === undefined ? [] : [{ entry, near }]
  })[0]
  const at = guess?.entry.keySpan ?? map.entries[0]?.keySpan ?? map.span
  const found = keys.length === 0 ? 'nothing' : keys.map((key) => `\`${key}\``).join(', ')
  const message = `a step needs a verb; found ${found}`
  out.error('step-verb', at, message, guess === undefined ? list : `did you mean \`${guess.near}\`? ${list}`)
  return undefined
}

/** Values of a step's keys; undefined when a mistake was said. */
export function settingsOf<P extends Params>(
  map: MapNode,
  params: P,
  verb: VerbName,
  { reading }: StepContext,
): ParamValues<P> | undefined {
  return readSettings(map, params, `a \`${verb}\` step`, reading)?.values
}

interface Written {
  readonly policy?: Node | null
  readonly priority?: number | null
  readonly optional?: boolean
}

/** What every step has. */
export function commonOf(entry: Entry, written: Written, { known, reading, who }: StepContext) {
  const { policies, missing, usage } = known
  const uses = { named: policies, missing, onUse: (name: string) => void usage.policies.add(name) }
  const policy: PolicyPart = readPolicyUse(written.policy ?? undefined, uses, who, reading)
  const { keySpan, value } = entry
  const isOneLine = value.kind === 'scalar' && value.span.line === keySpan.line && value.span.file === keySpan.file
  const span = isOneLine ? { ...keySpan, endOffset: value.span.endOffset } : keySpan
  return { span, policy, priority: written.priority ?? null, isOptional: written.optional ?? false }
}

/** Says that `work` needs somebody who does it. */
export function needsComponent(entry: Entry, { current, reading }: StepContext): boolean {
  if (current !== null) return true
  const message = `\`${entry.key}: ${describeNode(entry.value).replaceAll('`', '')}\` stands outside of any component`
  reading.out.error('step-nowhere', entry.keySpan, message, 'put it into the `do` of a `call`')
  return false
}
