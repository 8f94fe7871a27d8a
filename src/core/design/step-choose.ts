import type { Ratio } from '../base/units.ts'
import { cdfOf, conditionedOn, type Distribution } from '../model/distribution.ts'
import { createScalar, type Entry, type MapNode, type Node, shorten, spanWithin } from '../text/document.ts'
import { isMap, isName, type Reading, take } from '../text/field.ts'
import { readSettings } from '../text/param.ts'
import type { Quantity } from '../text/scalars/dimension.ts'
import { evaluate, type Scope } from '../text/scalars/expression.ts'
import { percent, SHARES_TOLERANCE } from '../text/scalars/shares.ts'
import { nodesOf } from './step-lists.ts'
import { branchParams } from './step-params.ts'

/** A branch of `choose` with its probability; its steps are still to be read, in its own scope. */
export interface ReadBranch {
  readonly name: string
  readonly probability: Ratio
  readonly steps: readonly Node[]
  readonly scope: Scope
}

interface Branch {
  readonly entry: Entry
  readonly steps: readonly Node[]
  readonly p: Ratio | null
  readonly when: string | null
}

/**
 * The branches of `choose`: by `p`, by `when`, at most one by neither, which is taken otherwise. Inside a branch the
 * name of a distribution that its condition is about means the law under that condition.
 */
export function readBranches(map: MapNode, reading: Reading): readonly ReadBranch[] {
  const { out } = reading
  const branches = map.entries.flatMap((entry) => readBranch(entry, reading) ?? [])
  if (branches.length < map.entries.length) return []
  if (branches.length === 0)
    out.error('choose', map.span, '`choose` has no branches', 'write `{ often: { p: 90%, do: [...] } }`')
  const [otherwise, second] = branches.filter(({ p, when }) => p === null && when === null)
  if (second !== undefined) {
    const message = `\`${otherwise?.entry.key ?? ''}\` and \`${second.entry.key}\` are both taken otherwise`
    out.error('choose', second.entry.keySpan, message, 'give one of them `p` or `when`')
    return []
  }
  const byCondition = branches.filter(({ when }) => when !== null)
  const byChance = branches.find(({ p }) => p !== null)
  if (byCondition.length === 0) return withChances(map, branches, reading)
  if (byChance === undefined) return withConditions(branches, reading)
  const message = 'a `choose` goes by `p` or by `when`, not by both'
  out.error('choose', byChance.entry.keySpan, message, 'put one `choose` into a branch of the other')
  return []
}

function readBranch(entry: Entry, reading: Reading): Branch | undefined {
  const { key, keySpan, value } = entry
  if (!isName(key, keySpan, reading.out)) return undefined
  if (value.kind === 'list') return { entry, steps: value.items, p: null, when: null }
  if (!isMap(value, reading.out, 'a branch: a list of steps, or `{ p: 10%, do: [...] }`')) return undefined
  const values = readSettings(value, branchParams, 'a branch', reading)?.values
  if (values === undefined) return undefined
  if (values.p !== null && values.when !== null) {
    reading.out.error('choose', keySpan, `the branch \`${key}\` has both \`p\` and \`when\``, 'keep one of them')
    return undefined
  }
  return { entry, steps: nodesOf(values.do), p: values.p, when: values.when }
}

/** Shares sum to 100 %; a branch without one takes what is left. */
function withChances(map: MapNode, branches: readonly Branch[], { out, scope }: Reading): readonly ReadBranch[] {
  const sum = branches.reduce((total, { p }) => total + (p ?? 0), 0)
  const hasRest = branches.some(({ p }) => p === null)
  if (sum > 1 + SHARES_TOLERANCE || (!hasRest && sum < 1 - SHARES_TOLERANCE)) {
    const members = branches.flatMap(({ entry, p }) => (p === null ? [] : [`${entry.key} ${percent(p)}`])).join(' + ')
    const left = sum < 1 ? `${percent(1 - sum)} is missing: add a branch without \`p\`, taken otherwise` : undefined
    const hint = left ?? `${percent(sum - 1)} is too much`
    out.error('shares-sum', map.span, `the branches sum to ${percent(sum)}, not 100%: ${members}`, hint)
    return []
  }
  const whole = hasRest ? 1 : sum
  return branches.map(({ entry, p, steps }) => {
    const probability = p === null ? Math.max(0, 1 - sum) : p / whole
    return { name: entry.key, probability, steps, scope }
  })
}

interface Condition {
  readonly name: string
  readonly law: Quantity
  /** The branch is taken between these. */
  readonly low: number
  readonly high: number
}

/** Conditions hold in the order they are written: each takes its part of what the ones before left. */
function withConditions(branches: readonly Branch[], reading: Reading): readonly ReadBranch[] {
  const { out, scope } = reading
  const [first] = branches
  let rest = { low: -Infinity, high: Infinity }
  let about: Condition | null = null
  const made: ReadBranch[] = []
  for (const branch of branches.filter(({ when }) => when !== null)) {
    const condition = readCondition(branch, reading)
    if (condition === undefined) return []
    if (about !== null && about.name !== condition.name) {
      const message = `the conditions are about \`${about.name}\` and \`${condition.name}\``
      out.error('condition', branch.entry.keySpan, message, 'one `choose` asks about one name; nest them')
      return []
    }
    about = condition
    const taken = { low: Math.max(rest.low, condition.low), high: Math.min(rest.high, condition.high) }
    made.push(branchWithin(branch, condition, taken, scope))
    rest =
      condition.low === -Infinity
        ? { ...rest, low: Math.max(rest.low, taken.high) }
        : { ...rest, high: Math.min(rest.high, taken.low) }
  }
  const otherwise = branches.find(({ when }) => when === null)
  if (otherwise !== undefined && about !== null) made.push(branchWithin(otherwise, about, rest, scope))
  const sum = made.reduce((total, { probability }) => total + probability, 0)
  if (sum > 1e-12) return made.map((one) => ({ ...one, probability: one.probability / sum }))
  if (first !== undefined) out.error('condition', first.entry.keySpan, 'no branch is ever taken')
  return []
}

function branchWithin({ entry, steps }: Branch, { name, law }: Condition, range: Range, scope: Scope): ReadBranch {
  const probability = massWithin(law.value, range)
  const base = { name: entry.key, probability, steps }
  if (typeof law.value === 'number' || probability <= 0) return { ...base, scope }
  const value: Distribution = conditionedOn(law.value, range)
  return { ...base, scope: { ...scope, get: (asked) => (asked === name ? { ...law, value } : scope.get(asked)) } }
}

interface Range {
  readonly low: number
  readonly high: number
}

/** P(low <= X < high); a constant is at one side of every border. */
function massWithin(value: number | Distribution, { low, high }: Range): Ratio {
  if (high <= low) return 0
  if (typeof value === 'number') return value >= low && value < high ? 1 : 0
  const upTo = (x: number): number => (x === Infinity ? 1 : x === -Infinity ? 0 : cdfOf(value, x))
  return Math.max(0, upTo(high) - upTo(low))
}

const SIGN = /<=|>=|<|>/

/** `followers < celebrity`: a name or expression against another one, of which at most one is a distribution. */
function readCondition({ entry, when }: Branch, reading: Reading): Condition | undefined {
  const node = entry.value.kind === 'map' ? entry.value.get('when') : undefined
  if (node?.kind !== 'scalar' || when === null) return undefined
  const fail = (message: string): undefined => {
    const hint = 'write `followers < celebrity`: a distribution of `assume` against a number'
    reading.out.error('condition', node.span, message, hint)
    return undefined
  }
  const sign = SIGN.exec(node.text)?.[0]
  if (sign === undefined) return fail(`\`${shorten(node.text)}\` is not a comparison`)
  const at = node.text.indexOf(sign)
  const leftText = node.text.slice(0, at).trim()
  const rightText = node.text.slice(at + sign.length).trim()
  const sideOf = (text: string, from: number): Quantity | undefined => {
    const start = node.text.indexOf(text, from)
    return take(evaluate(createScalar(text, spanWithin(node, start, text.length)), reading.scope), reading)
  }
  const left = sideOf(leftText, 0)
  const right = sideOf(rightText, at + sign.length)
  if (left === undefined || right === undefined) return undefined
  if (left.dimension !== right.dimension) return fail(`the two sides of \`${node.text}\` measure different things`)
  if (typeof left.value !== 'number' && typeof right.value !== 'number')
    return fail(`both sides of \`${node.text}\` are distributions`)
  const isSwapped = typeof right.value !== 'number'
  const written = isSwapped ? left.value : right.value
  if (typeof written !== 'number') return undefined
  const isBelow = sign.startsWith('<') !== isSwapped
  // Ranges hold their lower end and not their upper one.
  const border = isBelow === sign.endsWith('=') ? nextUp(written) : written
  const name = isSwapped ? rightText : leftText
  const law = isSwapped ? right : left
  return isBelow ? { name, law, low: -Infinity, high: border } : { name, law, low: border, high: Infinity }
}

const nextUp = (x: number): number => x + Math.max(Number.MIN_VALUE, Math.abs(x) * Number.EPSILON)
