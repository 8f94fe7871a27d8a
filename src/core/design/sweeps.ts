import { nearestNames } from '../base/nearest.ts'
import { createCollector } from '../base/diagnostic.ts'
import type { Entry, MapNode, Node } from '../text/document.ts'
import { describeNode } from '../text/document.ts'
import { isMap, type Reading, type Schema } from '../text/field.ts'
import { rangeNodes } from '../text/scalars/range.ts'
import { parseObjective } from '../text/scalars/objective.ts'
import { applyChange } from './overlay-path.ts'
import type { SurviveContext } from './survive.ts'
import { checkSurvive } from './survive.ts'

const valuesSchema: Schema = { anyOf: [{ type: 'array' }, { type: 'string', pattern: '\\.\\.' }] }
export const sweepSchema: Schema = { type: 'object', additionalProperties: valuesSchema }
export const searchSchema: Schema = {
  type: 'object',
  properties: {
    minimize: { type: 'string', description: 'What is to be as small as possible: `cost`.' },
    maximize: { type: 'string', description: 'What is to be as large as possible: `goodput`.' },
    vary: { ...sweepSchema, description: 'Values that may be tried, by path: a list, or a range `3..30`.' },
    'subject-to': {
      anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }],
      description: 'What has to hold: `objectives`, `survive any zone`, or a comparison.',
    },
  },
  required: ['vary'],
  additionalProperties: false,
}

export interface SweepContext extends SurviveContext {
  readonly root: MapNode
}

/** `sweep`: each path exists, and its values are a list or a range. */
export function checkSweep(node: Node | null, context: SweepContext, name = 'sweep'): void {
  if (node?.kind !== 'map') return
  if (node.entries.length === 0) context.reading.out.error('sweep', node.span, `\`${name}\` has no paths`, EXAMPLE)
  for (const entry of node.entries) checkVaried(entry, context)
}

const EXAMPLE = 'write `components.api.instances: 3..30`, or a list of values'
const GOALS = ['cost', 'latency', 'p50', 'p95', 'p99', 'throughput', 'goodput', 'success', 'instances', 'utilization']
const KEYS = ['minimize', 'maximize', 'vary', 'subject-to']

/** `search`: a goal, what may vary, and what has to hold. */
export function checkSearch(node: Node | null, context: SweepContext): void {
  const { out } = context.reading
  if (node?.kind !== 'map') return
  const guesses = new Set<string>()
  for (const { key, keySpan } of node.entries) {
    if (KEYS.includes(key)) continue
    const near = nearestNames(key, KEYS, 1)[0]
    if (near !== undefined) guesses.add(near)
    const hint = near === undefined ? `it has ${KEYS.join(', ')}` : `did you mean \`${near}\`?`
    out.error('unknown-key', keySpan, `a search has no \`${key}\``, hint)
  }
  const goals = ['minimize', 'maximize'].flatMap((key) => node.get(key) ?? [])
  const [goal, second] = goals
  const isGuessed = guesses.has('minimize') || guesses.has('maximize')
  if ((goal === undefined && !isGuessed) || second !== undefined) {
    out.error(
      'search',
      second?.span ?? node.span,
      'a search has one goal',
      'write `minimize: cost` or `maximize: goodput`',
    )
  }
  for (const each of goals) checkGoal(each, context.reading)
  const vary = node.get('vary')
  if (vary === undefined && guesses.has('vary')) return
  if (vary === undefined) out.error('missing-key', node.span, 'a search needs `vary`: what may be changed', EXAMPLE)
  else if (isMap(vary, out, 'a map from paths to values')) checkSweep(vary, context, 'vary')
  const conditions = node.get('subject-to')
  const list = conditions?.kind === 'list' ? conditions.items : conditions === undefined ? [] : [conditions]
  for (const condition of list) checkCondition(condition, context)
}

function checkGoal(node: Node, { out }: Reading): void {
  if (node.kind === 'scalar' && GOALS.includes(node.text)) return
  out.error('unknown-word', node.span, `${describeNode(node)} is not a goal`, `goals are ${GOALS.join(', ')}`)
}

function checkCondition(node: Node, context: SweepContext): void {
  const { out } = context.reading
  if (node.kind !== 'scalar') return out.error('search', node.span, `expected a condition, got ${describeNode(node)}`)
  if (node.text === 'objectives') return
  if (node.text.startsWith('survive ')) {
    return checkSurvive({ value: node.text.slice('survive '.length), span: node.span }, context)
  }
  const read = parseObjective(node)
  const hint = 'write `objectives`, `survive any zone` or a comparison like `cost < 15 k USD/month`'
  if (!read.isValid) out.error('search', node.span, `\`${node.text}\` is not a condition`, hint)
}

/** The path exists with each of the values in it. */
function checkVaried({ key, keySpan, value }: Entry, { root, reading }: SweepContext): void {
  const values: readonly Node[] = value.kind === 'list' ? value.items : value.kind === 'scalar' ? rangeNodes(value) : []
  if (values.length === 0) {
    reading.out.error('sweep', value.span, `expected values to try, got ${describeNode(value)}`, EXAMPLE)
    return
  }
  const [first] = values
  const found = createCollector()
  applyChange(root, { act: 'set', path: key, at: keySpan, value: first ?? value }, found)
  for (const diagnostic of found.list) reading.out.add(diagnostic)
}
