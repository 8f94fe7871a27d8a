import { nearestNames } from '../../base/nearest.ts'
import { NUMBER_MOST } from './amount.ts'
import { type Cursor, failAt } from './cursor.ts'
import { acceptedForms, type Dimension, dimensionNoun } from './dimension.ts'
import type { Argument, Call, Value } from './value.ts'

/** What a call may be given; `example` ends every hint about it. */
export interface CallShape {
  /** How many values without a name. */
  readonly positional: readonly [least: number, most: number]
  readonly required: readonly string[]
  readonly optional?: readonly string[]
  readonly example: string
}

export interface TakenArguments {
  readonly positional: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
}

/** Sorts the arguments of a call and checks that each is known, there once, and that none is missing. */
export function takeArguments(cursor: Cursor, call: Call, shape: CallShape): TakenArguments | null {
  const names = [...shape.required, ...(shape.optional ?? [])]
  const named = new Map<string, Value>()
  const positional: Value[] = []
  for (const arg of call.args) {
    if (arg.group > 0) return complain(cursor, arg, `\`${call.name}\` has no parts between slashes`, shape)
    if (arg.name === null) positional.push(arg.value)
    else if (!names.includes(arg.name)) return unknownArgument(cursor, call, arg, names, shape)
    else if (named.has(arg.name)) return complain(cursor, arg, `\`${arg.name}\` is given twice`, shape)
    else named.set(arg.name, arg.value)
  }
  const missing = shape.required.find((name) => !named.has(name))
  if (missing !== undefined) return complain(cursor, call, `\`${call.name}\` needs \`${missing}\``, shape)
  const [least, most] = shape.positional
  if (positional.length < least) return complain(cursor, call, `\`${call.name}\` needs a value in brackets`, shape)
  const extra = positional[most]
  if (extra) return complain(cursor, extra, `\`${call.name}\` was given a value too many`, shape)
  return { positional, named }
}

function unknownArgument(cursor: Cursor, call: Call, arg: Argument, names: readonly string[], shape: CallShape): null {
  const name = arg.name ?? ''
  const near = nearestNames(name, names, 1)[0]
  const guess = near === undefined ? '' : `; did you mean \`${near}\`?`
  const at = { start: arg.start, end: arg.start + name.length }
  return complain(cursor, at, `\`${call.name}\` has no \`${name.slice(0, 40)}\`${guess}`, shape)
}

const complain = (cursor: Cursor, at: { start: number; end: number }, message: string, shape: CallShape): null =>
  failAt(cursor, at.start, at.end, 'call-arguments', message, `write \`${shape.example}\``)

export interface NumberRule {
  /** null: any. */
  readonly dimension: Dimension | null
  readonly above?: number
  readonly min?: number
  readonly isWhole?: boolean
}

/** The number of an argument, in SI units. */
export function numberOf(cursor: Cursor, value: Value, rule: NumberRule): number | null {
  const say = (code: string, message: string, hint?: string): null =>
    failAt(cursor, value.start, value.end, code, message, hint)
  const hint = acceptedForms[rule.dimension ?? 'count']
  const needed = rule.dimension === null ? 'an amount' : dimensionNoun(rule.dimension)
  if (value.kind !== 'amount' || value.per !== null) return say('unit-wrong', `expected ${needed} here`, hint)
  if (rule.dimension !== null && value.dimension !== rule.dimension) {
    const isBare = value.isBare
    const message = isBare
      ? `the number has no unit; ${needed} needs one`
      : `expected ${needed}, got ${dimensionNoun(value.dimension)}`
    return say(isBare ? 'unit-missing' : 'unit-wrong', message, hint)
  }
  const number = value.value
  if (rule.above !== undefined && !(number > rule.above))
    return say('number-range', `the number has to be above ${rule.above}`)
  if (number < (rule.min ?? 0)) {
    return say(
      'number-range',
      (rule.min ?? 0) === 0 ? 'the number must not be negative' : `the number has to be at least ${rule.min}`,
    )
  }
  if (rule.isWhole === true && !Number.isInteger(number)) return say('number-range', 'the number has to be whole')
  return number > NUMBER_MOST * 1e6 ? say('number-range', 'the number is too large') : number
}
