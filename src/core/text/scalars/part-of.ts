import type { Ratio } from '../../base/units.ts'
import { describeNode, type Node, shorten } from '../document.ts'
import { parseAmount } from './amount.ts'
import { type Cursor, createCursor, fail, finish, peek, takeText } from './cursor.ts'
import { type Read, valid, wrong } from './read.ts'

/** `25% of sockets`: a share of something named. */
export interface ShareOf {
  readonly share: Ratio
  readonly of: string
}

/** `50% of 100`: a share of the last so many. */
export interface ShareOfCount {
  readonly share: Ratio
  readonly of: number
}

function readWith<T>(node: Node, forms: string, parse: (cursor: Cursor) => T | null): Read<T> {
  if (node.kind !== 'scalar')
    return wrong('scalar-syntax', node.span, `expected a value, got ${describeNode(node)}`, forms)
  const cursor = createCursor(node)
  return finish(cursor, cursor.problem ? null : parse(cursor), forms)
}

function parseShare(cursor: Cursor, forms: string): Ratio | null {
  const token = peek(cursor)
  const amount = parseAmount(cursor)
  if (!amount) return null
  if (amount.dimension !== 'ratio') return fail(cursor, token, 'unit-missing', 'a share is a percentage', forms)
  if (amount.value < 0 || amount.value > 1)
    return fail(cursor, token, 'number-range', 'a share is between 0% and 100%', forms)
  return amount.value
}

const parseOf = (cursor: Cursor, forms: string): true | null =>
  takeText(cursor, 'of') ? true : fail(cursor, peek(cursor), 'scalar-syntax', '`of` is missing here', forms)

/** `25% of sockets`. */
export function readShareOf(node: Node): Read<ShareOf> {
  const forms = 'write `25% of sockets`'
  return readWith(node, forms, (cursor) => {
    const share = parseShare(cursor, forms)
    if (share === null || !parseOf(cursor, forms)) return null
    const word = peek(cursor)
    if (word.kind !== 'word') return fail(cursor, word, 'scalar-syntax', 'a name is missing here', forms)
    cursor.at++
    return { share, of: word.text }
  })
}

/** `50% of 100`. */
export function readShareOfCount(node: Node): Read<ShareOfCount> {
  const forms = 'write `50% of 100`: half of the last 100'
  return readWith(node, forms, (cursor) => {
    const share = parseShare(cursor, forms)
    if (share === null || !parseOf(cursor, forms)) return null
    const of = wholeAtLeastOne(cursor, forms)
    return of === null ? null : { share, of }
  })
}

function wholeAtLeastOne(cursor: Cursor, forms: string): number | null {
  const token = peek(cursor)
  const amount = parseAmount(cursor)
  if (!amount) return null
  const isWhole =
    amount.dimension === 'count' && amount.per === null && Number.isInteger(amount.value) && amount.value >= 1
  return isWhole ? amount.value : fail(cursor, token, 'number-range', 'expected a whole number of at least 1', forms)
}

/** How many branches have to end well: `all`, `any` or `2 of 3`. */
export function readJoin(node: Node, branches: number): Read<number> {
  const forms = `write \`all\`, \`any\` or \`2 of ${branches}\``
  if (node.kind === 'scalar' && node.text === 'all') return valid(branches)
  if (node.kind === 'scalar' && node.text === 'any') return valid(Math.min(1, branches))
  return readWith(node, forms, (cursor) => {
    const token = peek(cursor)
    if (token.kind !== 'number') {
      return fail(cursor, token, 'unknown-word', `\`${shorten(cursor.node.text)}\` is no way to join branches`, forms)
    }
    const need = wholeAtLeastOne(cursor, forms)
    if (need === null || !parseOf(cursor, forms)) return null
    const of = wholeAtLeastOne(cursor, forms)
    if (of === null) return null
    if (of === branches && need <= of) return need
    return fail(
      cursor,
      token,
      'number-range',
      `there are ${branches} branches, not \`${shorten(cursor.node.text)}\``,
      forms,
    )
  })
}

/** What an autoscaler keeps where: the busy share of the processors, or a number for each instance. */
export interface ScaleTarget {
  readonly of: 'cpu' | 'requests' | 'lag'
  /** cpu: 0..1; requests: under way at once; lag: messages that wait. */
  readonly target: number
}

/** `cpu 55%`, `requests 30`, `lag 500`. */
export function readScaleTarget(node: Node): Read<ScaleTarget> {
  const forms = 'write `cpu 55%`, `requests 30` (under way at an instance) or `lag 500` (messages for each instance)'
  return readWith(node, forms, (cursor): ScaleTarget | null => {
    const word = peek(cursor)
    if (word.kind !== 'word') return fail(cursor, word, 'scalar-syntax', 'what is measured is missing here', forms)
    cursor.at++
    if (word.text === 'requests' || word.text === 'lag') {
      const amount = parseAmount(cursor)
      if (amount === null) return null
      if (amount.dimension === 'count' && amount.value > 0) return { of: word.text, target: amount.value }
      return fail(cursor, word, 'number-range', `\`${word.text}\` needs a number above 0`, forms)
    }
    if (word.text !== 'cpu') return fail(cursor, word, 'unknown-word', `\`${word.text}\` cannot be scaled by`, forms)
    const target = parseShare(cursor, forms)
    return target === null ? null : { of: word.text, target }
  })
}

/** `p95` as 0.95, `p999` and `p99.9` as 0.999. */
export function readPercentile(node: Node): Read<Ratio> {
  const forms = 'write `p50`, `p90`, `p95`, `p99` or `p999`'
  const digits = node.kind === 'scalar' ? /^p(\d{2,4})(?:\.(\d))?$/.exec(node.text) : null
  if (!digits) return wrong('not-a-number', node.span, `expected a percentile, got ${describeNode(node)}`, forms)
  const text = `${digits[1] ?? ''}${digits[2] ?? ''}`
  const ratio = Number(text) / 10 ** text.length
  return ratio > 0 && ratio < 1
    ? valid(ratio)
    : wrong('number-range', node.span, 'a percentile is between 0 and 100', forms)
}
