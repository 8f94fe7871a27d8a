import { nearestNames } from '../../base/nearest.ts'
import type { Span } from '../../base/span.ts'
import type { Ratio } from '../../base/units.ts'
import type { Objective } from '../../model/model.ts'
import { describeNode, type Node } from '../document.ts'
import { otherIndicatorWords } from '../other-words.ts'
import { parseAmount } from './amount.ts'
import { type Cursor, createCursor, fail, failAt, finish, peek } from './cursor.ts'
import { acceptedForms, type Dimension, dimensionNoun } from './dimension.ts'
import { type Read, wrong } from './read.ts'
import { SECONDS_PER_MONTH } from './units.ts'

type Indicator = Objective['indicator']
type Relation = Objective['relation']

/** One comparison, before it is known what it is about. `target` in SI units; `cost` in dollars per month. */
export interface Comparison {
  readonly indicator: Indicator
  /** `fresh 99% < 60 s`: 0.99; null for other indicators. */
  readonly share: Ratio | null
  readonly relation: Relation
  readonly target: number
  readonly text: string
  readonly span: Span
}

/** What each indicator measures; `none`: said without a comparison. */
const indicators: ReadonlyMap<string, readonly [Indicator, Dimension | 'none']> = new Map([
  ['mean', ['mean', 'time']],
  ['p50', ['p50', 'time']],
  ['p75', ['p75', 'time']],
  ['p90', ['p90', 'time']],
  ['p95', ['p95', 'time']],
  ['p99', ['p99', 'time']],
  ['p999', ['p999', 'time']],
  ['p99.9', ['p999', 'time']],
  ['max', ['max', 'time']],
  ['success', ['success', 'ratio']],
  ['fresh', ['fresh', 'time']],
  ['throughput', ['throughput', 'rate']],
  ['goodput', ['goodput', 'rate']],
  ['utilization', ['utilization', 'ratio']],
  ['queue-length', ['queue-length', 'count']],
  ['hit', ['hit', 'ratio']],
  ['lag', ['lag', 'time']],
  ['cost', ['cost', 'money-rate']],
  ['wait-mean', ['wait-mean', 'time']],
  ['rto', ['rto', 'time']],
  ['rpo', ['rpo', 'time']],
  ['recovered-within', ['recovered-within', 'time']],
  ['no-metastable', ['no-metastable', 'none']],
])

const FORMS =
  'write `p99 < 120 ms`, `success > 99.95%`, `fresh 99% < 60 s`, `utilization < 70%`, `cost < 15 k USD/month`, ' +
  '`recovered-within 60 s` or `no-metastable`'

/** `p99 < 120 ms`, `fresh 99% < 60 s`, `recovered-within 60 s`, `no-metastable`. */
export function parseObjective(node: Node): Read<Comparison> {
  if (node.kind !== 'scalar') {
    return wrong('objective-syntax', node.span, `expected a comparison, got ${describeNode(node)}`, FORMS)
  }
  const cursor = createCursor(node)
  const comparison = cursor.problem ? null : comparisonOf(cursor)
  return finish(cursor, comparison, FORMS)
}

function comparisonOf(cursor: Cursor): Comparison | null {
  const word = peek(cursor)
  const found = word.kind === 'word' ? indicators.get(word.text) : undefined
  if (!found) return unknownIndicator(cursor)
  cursor.at++
  const [indicator, dimension] = found
  const base = { indicator, share: null, text: cursor.node.text, span: cursor.node.span } as const
  if (dimension === 'none') return { ...base, relation: '>=', target: 1 }
  const share = indicator === 'fresh' ? target(cursor, 'ratio') : null
  if (indicator === 'fresh' && share === null) return null
  const relation = indicator === 'recovered-within' ? '<=' : relationOf(cursor)
  const value = relation && target(cursor, dimension)
  return relation === null || value === null ? null : { ...base, share, relation, target: value }
}

function unknownIndicator(cursor: Cursor): null {
  const word = peek(cursor)
  const near = otherIndicatorWords.get(word.text.toLowerCase()) ?? nearestNames(word.text, indicators.keys(), 1)[0]
  const hint = near === undefined ? FORMS : `did you mean \`${near}\`? ${FORMS}`
  const shown = word.kind === 'end' ? 'nothing' : `\`${word.text.slice(0, 40)}\``
  const message = `a comparison starts with what is measured; found ${shown}`
  return fail(cursor, word, 'objective-syntax', message, hint)
}

function relationOf(cursor: Cursor): Relation | null {
  const token = peek(cursor)
  const { text } = token
  if (text === '<' || text === '>' || text === '<=' || text === '>=') {
    cursor.at++
    return text
  }
  return fail(cursor, token, 'objective-syntax', 'a comparison has `<`, `<=`, `>` or `>=` here', FORMS)
}

/** A target is positive or zero; a ratio is at most 1. */
function target(cursor: Cursor, dimension: Dimension): number | null {
  if (peek(cursor).kind === 'end') {
    const message = `a comparison ends with ${dimensionNoun(dimension)}`
    return fail(cursor, peek(cursor), 'objective-syntax', message, acceptedForms[dimension])
  }
  const amount = parseAmount(cursor)
  if (!amount) return null
  const { start, end } = amount
  const say = (code: string, message: string): null =>
    failAt(cursor, start, end, code, message, acceptedForms[dimension])
  const needed = dimensionNoun(dimension)
  if (amount.dimension !== dimension || amount.per !== null) {
    if (amount.isBare) return say('unit-missing', `the number has no unit; ${needed} needs one`)
    return say('unit-wrong', `expected ${needed}, got ${dimensionNoun(amount.dimension)}`)
  }
  if (amount.value < 0) return say('number-range', 'the target must not be negative')
  if (dimension === 'ratio' && amount.value > 1) return say('number-range', 'a share is at most 100%')
  return dimension === 'money-rate' ? (amount.perMonth ?? amount.value * SECONDS_PER_MONTH) : amount.value
}
