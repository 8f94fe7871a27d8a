import { type Distribution, fixed } from '../model/distribution.ts'
import { type Failure, failures } from '../model/error.ts'
import type { Register } from '../model/step.ts'
import type { Node, ScalarNode } from '../text/document.ts'
import { describeNode, shorten } from '../text/document.ts'
import { deferred, type Field, fieldOf, type Reading, take } from '../text/field.ts'
import { lawField, shapes } from '../text/quantity-fields.ts'
import type { Amount as WrittenAmount } from '../text/scalars/amount.ts'
import { readConsistency } from '../text/scalars/choices.ts'
import { evaluate, type Scope } from '../text/scalars/expression.ts'
import { isExpression, readAmount } from '../text/scalars/quantity.ts'
import { andThen, type Read, valid, wrong } from '../text/scalars/read.ts'
import type { Amount } from './design.ts'

/** Steps nested in another one; read where they run. */
export const stepsField: Field<Node> = deferred('a list of steps', { $ref: '#/definitions/steps' }, ['list'])

export const policyUseField: Field<Node> = deferred(
  'the name of a policy, or a policy',
  { $ref: '#/definitions/policy-use' },
  ['scalar', 'map'],
)

export interface Work {
  readonly time: Distribution
  readonly each: number
  readonly perKilobyte: number
}

/** Words for one of what a batch, a group or a result holds. */
const THINGS = ['item', 'message', 'event', 'record', 'row', 'key', 'entry', 'element', 'each']
/** Words for one run of the step itself. */
const ONCE = ['batch', 'request', 'call', 'step']
const KILOBYTES: ReadonlyMap<string, number> = new Map([
  ['KB', 1],
  ['KiB', 1.024],
  ['MB', 1000],
  ['MiB', 1048.576],
])

const WORK_FORMS = 'write `2 ms`, `{ p50: 1 ms, p99: 8 ms }`, a law, `3 us per item` or `0.1 ms per KB`'

/** CPU time: once, for each item, or for each kilobyte. */
export const workField: Field<Work> = {
  form: 'a time, a law for one (a bare mean is skewed), `3 us per item` or `0.1 ms per KB`',
  schema: lawField('time', 'skewed').schema,
  read: (node, reading) => {
    const per = node.kind === 'scalar' && !isExpression(node) ? perOf(node, 'time') : null
    if (per !== null) return take(workPer(node, per), reading)
    const time = lawField('time', 'skewed').read(node, reading)
    return time === undefined ? undefined : { time, each: 0, perKilobyte: 0 }
  },
}

/** The amount if it is written per something; null for everything else, mistakes included. */
function perOf(node: ScalarNode, dimension: 'time' | 'count'): WrittenAmount | null {
  if (!/\bper\b|\/|\beach$/.test(node.text)) return null
  const read = readAmount(node, dimension)
  return read.isValid && read.value.per !== null ? read.value : null
}

function workPer(node: Node, { value, per }: WrittenAmount): Read<Work> {
  if (value < 0) return wrong('number-range', node.span, 'the time must not be negative')
  const kilobytes = KILOBYTES.get(per ?? '')
  if (kilobytes !== undefined) return valid({ time: fixed(0), each: 0, perKilobyte: value / kilobytes })
  if (THINGS.includes(per ?? '')) return valid({ time: fixed(0), each: value, perKilobyte: 0 })
  if (ONCE.includes(per ?? '')) return valid({ time: shapes.skewed(value), each: 0, perKilobyte: 0 })
  return wrong('unit-wrong', node.span, `work per ${per ?? ''} has no meaning here`, WORK_FORMS)
}

/** `items`, `found`, `missed`: what a running flow knows, by names that expressions of an amount may use. */
const REGISTERS: readonly Exclude<Register, 'group'>[] = ['items', 'found', 'missed']

/** How many rows or messages: a number or a law, `2 per item`, `200 per batch`, `= missed`. */
export const amountField: Field<Amount> = {
  form: 'a number, a law for one, `2 per item`, or an expression that may use `items`, `found` and `missed`',
  schema: { anyOf: [{ type: ['string', 'number'] }, { type: 'object' }] },
  read: (node, reading) => {
    if (node.kind === 'scalar' && isExpression(node)) return take(linear(node, reading.scope), reading)
    const per = node.kind === 'scalar' ? perOf(node, 'count') : null
    if (per !== null) return take(amountPer(node, per), reading)
    const law = lawField('count').read(node, reading)
    return law === undefined ? undefined : { fixed: law, each: 0, times: 'items' }
  },
}

function amountPer(node: Node, { value, per }: WrittenAmount): Read<Amount> {
  if (value < 0) return wrong('number-range', node.span, 'the number must not be negative')
  if (THINGS.includes(per ?? '')) return valid({ fixed: fixed(0), each: value, times: 'items' })
  if (ONCE.includes(per ?? '')) return valid({ fixed: fixed(value), each: 0, times: 'items' })
  return wrong(
    'unit-wrong',
    node.span,
    `a number per ${per ?? ''} has no meaning here`,
    'write `2 per item` or `200 per batch`',
  )
}

/** An expression in at most one register: its value at 0 and its slope. */
function linear(node: ScalarNode, scope: Scope): Read<Amount> {
  const used = new Set<Exclude<Register, 'group'>>()
  const at = (value: number): Read<Distribution> => {
    const withRegisters: Scope = {
      ...scope,
      get: (name) => {
        const own = scope.get(name)
        const register = own === undefined ? REGISTERS.find((each) => each === name) : undefined
        if (register === undefined) return own
        used.add(register)
        return { value, dimension: 'count' }
      },
      names: () => [...scope.names(), ...REGISTERS],
    }
    return andThen(evaluate(node, withRegisters), (found) => {
      if (found.dimension === 'count') return valid(typeof found.value === 'number' ? fixed(found.value) : found.value)
      return wrong('expression-unit', node.span, `\`${shorten(node.text)}\` does not give a number of things`)
    })
  }
  return andThen(at(0), (zero) =>
    andThen(at(1), (one) => andThen(at(2), (two) => amountThrough(node, [zero, one, two], [...used]))),
  )
}

function amountThrough(
  node: ScalarNode,
  [zero, one, two]: readonly [Distribution, Distribution, Distribution],
  used: readonly Exclude<Register, 'group'>[],
): Read<Amount> {
  const [register, second] = used
  if (register === undefined) return checkLaw(node, zero, { fixed: zero, each: 0, times: 'items' })
  const example = 'write `= missed` or `= 2 * items + 1`'
  if (second !== undefined) {
    return wrong('expression-unit', node.span, `\`${register}\` and \`${second}\` cannot be used together`, example)
  }
  if (zero.law !== 'fixed' || one.law !== 'fixed' || two.law !== 'fixed') {
    return wrong('expression-unit', node.span, `\`${register}\` and a distribution cannot be used together`, example)
  }
  const each = one.value - zero.value
  if (Math.abs(two.value - one.value - each) > 1e-9 * Math.max(1, Math.abs(each)) || each < 0 || zero.value < 0) {
    return wrong(
      'expression-unit',
      node.span,
      `\`${shorten(node.text)}\` is not a multiple of \`${register}\``,
      example,
    )
  }
  return valid({ fixed: fixed(zero.value), each, times: register })
}

function checkLaw(node: ScalarNode, law: Distribution, amount: Amount): Read<Amount> {
  if (law.law !== 'fixed' || law.value >= 0) return valid(amount)
  return wrong('number-range', node.span, `\`${shorten(node.text)}\` must not be negative`)
}

/** `strong`, `session`, `eventual`, `stale(5 s)`. */
export const consistencyField = fieldOf(
  '`strong`, `session`, `eventual` or `stale(5 s)`',
  { type: 'string', pattern: '^(strong|session|eventual|stale\\(.*\\))$' },
  readConsistency,
)

/** A failure by its name; any other text is an `error` of that text. */
export const failureField: Field<Failure> = {
  form: `${failures.map((name) => `\`${name}\``).join(', ')}, or a text`,
  schema: { type: 'string' },
  read: (node, { out }: Reading) => {
    if (node.kind === 'scalar') return failures.find((name) => name === node.text) ?? 'error'
    out.error('wrong-shape', node.span, `expected a failure, got ${describeNode(node)}`)
    return undefined
  },
}
