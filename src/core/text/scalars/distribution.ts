import {
  type Distribution,
  exponential,
  fixed,
  hyperexponential,
  lognormal,
  lognormalThrough,
  paretoWithMean,
} from '../../model/distribution.ts'
import { describeNode, type MapNode, type Node, type ScalarNode, shorten } from '../document.ts'
import { type CallShape, numberOf, takeArguments, type TakenArguments } from './arguments.ts'
import { type Cursor, createCursor, failAt, finish } from './cursor.ts'
import { acceptedForms, type Dimension, dimensionNoun, type Quantity } from './dimension.ts'
import { evaluate, type Scope } from './expression.ts'
import { checkAmount, checkBounds, isExpression, readNumber, wrongDimension } from './quantity.ts'
import { andThen, type Read, valid, wrong } from './read.ts'
import { normalizeShares, sharesProblem } from './shares.ts'
import { uncertainSlip } from './uncertain.ts'
import { type Call, parseValue, type Value } from './value.ts'

export interface LawOptions {
  readonly scope?: Scope
  /** Shape that a bare mean gets; a constant if absent. */
  readonly shape?: (mean: number) => Distribution
  /** Zero alone is refused. */
  readonly isPositive?: boolean
  /** Measured values of `file(name)` in SI units; absent or undefined: files cannot be read here. */
  readonly file?: (name: string) => readonly number[] | undefined
}

const FORMS =
  'write `{ p50: 2 ms, p99: 12 ms }`, a mean like `5 ms`, or a law: exp(5 ms), fixed(1 ms), lognormal(mean 5 ms cv 0.8), ' +
  'gamma(mean 5 ms cv 0.5), uniform(1 ms..3 ms), pareto(mean 160 shape 1.3 cap 5 M), erlang(4 mean 5 ms), ' +
  'hyperexp(mean 5 ms cv 3), mix(95% fixed(1 ms) / 5% exp(20 ms)), 1 ms + exp(4 ms), file(latency.csv)'

/**
 * A law for an amount of this dimension: quantiles in a map, a named law, a sum of a constant and a law, an expression,
 * or a bare mean, which gets `shape`.
 */
export function readDistribution(node: Node, dimension: Dimension, options: LawOptions = {}): Read<Distribution> {
  if (node.kind === 'map') {
    const inner = node.get('is')
    if (inner === undefined) return readQuantiles(node, dimension, options)
    const slip = uncertainSlip(node)
    if (slip) return slip
    return inner.kind === 'map' ? readQuantiles(inner, dimension, options) : readDistribution(inner, dimension, options)
  }
  if (node.kind === 'list') {
    const message = `expected ${dimensionNoun(dimension)} or a law for one, got ${describeNode(node)}`
    return wrong('unit-wrong', node.span, message, FORMS)
  }
  if (isExpression(node)) {
    return andThen(evaluate(node, options.scope), ({ value, dimension: found }) => {
      const problem = wrongDimension(node, found, dimension)
      return problem ?? finishLaw(node, value, dimension, options)
    })
  }
  return readLiteralLaw(node, dimension, options)
}

function readLiteralLaw(node: ScalarNode, dimension: Dimension, options: LawOptions): Read<Distribution> {
  const cursor = createCursor(node)
  const value = cursor.problem ? null : parseValue(cursor)
  return andThen(finish(cursor, value, FORMS), (found) => {
    if (found.kind === 'amount' && found.per === null) {
      return andThen(checkAmount(node, found, dimension), () => finishLaw(node, found.value, dimension, options))
    }
    const law = lawOf(cursor, found, options)
    if (cursor.problem) return { isValid: false, diagnostic: cursor.problem }
    if (law && law.dimension !== dimension) {
      const message = `expected a law for ${dimensionNoun(dimension)}, got one for ${dimensionNoun(law.dimension)}: \`${shorten(node.text)}\``
      return wrong('unit-wrong', node.span, message, acceptedForms[dimension])
    }
    return law
      ? finishLaw(node, law.value, dimension, options)
      : wrong('scalar-syntax', node.span, 'expected a law', FORMS)
  })
}

function finishLaw(
  node: ScalarNode,
  value: number | Distribution,
  dimension: Dimension,
  { shape = fixed, isPositive = false }: LawOptions,
): Read<Distribution> {
  const bounds = isPositive ? { above: 0 } : {}
  if (typeof value !== 'number' && value.law !== 'fixed') return valid(value)
  if (typeof value !== 'number') return andThen(checkBounds(node, value.value, dimension, bounds), () => valid(value))
  return andThen(checkBounds(node, value, dimension, bounds), (mean) => valid(mean === 0 ? fixed(0) : shape(mean)))
}

/** Upper quantiles that a law may go through. */
export const UPPER: ReadonlyMap<string, number> = new Map([
  ['p75', 0.75],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
])

/** Log-normal through p50 and one upper quantile. */
function readQuantiles(map: MapNode, dimension: Dimension, options: LawOptions): Read<Distribution> {
  const example = `write \`{ p50: 2 ms, p99: 12 ms }\`; the upper one may be ${[...UPPER.keys()].join(', ')}`
  const unknown = map.entries.find(({ key }) => key !== 'p50' && !UPPER.has(key))
  if (unknown) return wrong('unknown-key', unknown.keySpan, `\`${shorten(unknown.key)}\` is not a quantile`, example)
  const upper = map.entries.filter(({ key }) => UPPER.has(key))
  const [first, second] = upper
  const median = map.get('p50')
  if (!median || !first)
    return wrong('missing-key', map.span, 'a law through quantiles needs p50 and one above it', example)
  if (second) {
    const message = `a log-normal law goes through two quantiles; \`${second.key}\` is a third`
    return wrong('unknown-key', second.keySpan, message, example)
  }
  const bounds = { above: 0, ...(options.scope ? { scope: options.scope } : {}) }
  return andThen(readNumber(median, dimension, bounds), (p50) =>
    andThen(readNumber(first.value, dimension, bounds), (high) => {
      if (high >= p50) return valid(lognormalThrough(p50, high, UPPER.get(first.key)))
      return wrong(
        'number-range',
        first.value.span,
        `\`${first.key}\` is below p50`,
        'a higher quantile is not smaller',
      )
    }),
  )
}

/** A law, or a constant, with what it measures. Null: the cursor has the problem. */
export function lawOf(cursor: Cursor, value: Value, options: LawOptions = {}): Quantity | null {
  switch (value.kind) {
    case 'amount':
      if (value.per === null) return { value: value.value, dimension: value.dimension }
      return failAt(cursor, value.start, value.end, 'unit-wrong', `an amount per ${value.per} cannot stand here`, FORMS)
    case 'sum':
      return sumOf(cursor, value.terms, options)
    case 'call':
      return callLaw(cursor, value, options)
    case 'range':
      return failAt(
        cursor,
        value.start,
        value.end,
        'scalar-syntax',
        'a range is not a law',
        'write `uniform(1 ms..3 ms)`',
      )
    default: {
      const message = `\`${cursor.node.text.slice(value.start, value.end).slice(0, 60)}\` is not an amount or a law`
      return failAt(cursor, value.start, value.end, 'not-a-number', message, FORMS)
    }
  }
}

function sumOf(cursor: Cursor, terms: readonly Value[], options: LawOptions): Quantity | null {
  let constant = 0
  let law: Distribution | null = null
  let dimension: Dimension | null = null
  for (const term of terms) {
    const part = lawOf(cursor, term, options)
    if (!part) return null
    dimension ??= part.dimension
    if (part.dimension !== dimension) {
      const message = `${dimensionNoun(dimension)} and ${dimensionNoun(part.dimension)} cannot be added`
      return failAt(cursor, term.start, term.end, 'unit-wrong', message)
    }
    if (typeof part.value === 'number') constant += part.value
    else if (law)
      return failAt(cursor, term.start, term.end, 'law', 'a sum has one law at most', 'write `1 ms + exp(4 ms)`')
    else law = part.value
  }
  const value = law ? ({ law: 'shifted', by: constant, of: law } as const) : constant
  return { value, dimension: dimension ?? 'count' }
}

type Build = (cursor: Cursor, call: Call, args: TakenArguments, options: LawOptions) => Quantity | null

interface Law extends CallShape {
  readonly build: Build
}

/** `mean q` and one more plain number. */
const meanAnd =
  (name: string, above: number, make: (mean: number, other: number) => Distribution): Build =>
  (cursor, _call, { named }) => {
    const mean = amountOf(cursor, named.get('mean'))
    const other = named.get(name)
    const number = other && numberOf(cursor, other, { dimension: 'count', above })
    if (!mean || number === null || number === undefined) return null
    return { value: mean.value === 0 ? fixed(0) : make(mean.value, number), dimension: mean.dimension }
  }

const single =
  (make: (value: number) => Distribution): Build =>
  (cursor, _call, { positional }) => {
    const amount = amountOf(cursor, positional[0])
    return amount && { value: make(amount.value), dimension: amount.dimension }
  }

const exponentialOrZero = (mean: number): Distribution => (mean === 0 ? fixed(0) : exponential(mean))

const laws: ReadonlyMap<string, Law> = new Map<string, Law>([
  ['exp', { positional: [1, 1], required: [], example: 'exp(5 ms)', build: single(exponentialOrZero) }],
  ['fixed', { positional: [1, 1], required: [], example: 'fixed(1 ms)', build: single(fixed) }],
  [
    'lognormal',
    {
      positional: [0, 0],
      required: ['mean', 'cv'],
      example: 'lognormal(mean 5 ms cv 0.8)',
      build: meanAnd('cv', 0, lognormal),
    },
  ],
  [
    'gamma',
    {
      positional: [0, 0],
      required: ['mean', 'cv'],
      example: 'gamma(mean 5 ms cv 0.5)',
      build: meanAnd('cv', 0, (mean, cv) => ({ law: 'gamma', mean, shape: 1 / (cv * cv) })),
    },
  ],
  ['uniform', { positional: [1, 1], required: [], example: 'uniform(1 ms..3 ms)', build: uniform }],
  [
    'pareto',
    {
      positional: [0, 0],
      required: ['mean', 'shape'],
      optional: ['cap'],
      example: 'pareto(mean 160 shape 1.3 cap 5 M)',
      build: pareto,
    },
  ],
  ['erlang', { positional: [1, 1], required: ['mean'], example: 'erlang(4 mean 5 ms)', build: erlang }],
  ['hyperexp', { positional: [0, 0], required: ['mean', 'cv'], example: 'hyperexp(mean 5 ms cv 3)', build: hyperexp }],
  ['file', { positional: [1, 1], required: [], example: 'file(latency.csv)', build: measured }],
])

function callLaw(cursor: Cursor, call: Call, options: LawOptions): Quantity | null {
  if (call.name === 'mix') return mixture(cursor, call, options)
  const law = laws.get(call.name)
  if (!law) {
    const message = `\`${call.name.slice(0, 40)}\` is not a law; laws are ${[...laws.keys(), 'mix'].join(', ')}`
    const hint = call.name === 'zipf' ? '`zipf(0.9)` says how popular keys are; it is not a law for an amount' : FORMS
    return failAt(cursor, call.start, call.start + call.name.length, 'unknown-law', message, hint)
  }
  const args = takeArguments(cursor, call, law)
  return args && law.build(cursor, call, args, options)
}

/** A constant inside a law: not negative, any dimension. */
function amountOf(
  cursor: Cursor,
  value: Value | undefined,
): { readonly value: number; readonly dimension: Dimension } | null {
  const number = value && numberOf(cursor, value, { dimension: null })
  if (number === null || number === undefined || value?.kind !== 'amount') return null
  return { value: number, dimension: value.dimension }
}

function uniform(cursor: Cursor, call: Call, { positional }: TakenArguments): Quantity | null {
  const range = positional[0]
  if (range?.kind !== 'range') {
    return failAt(
      cursor,
      call.start,
      call.end,
      'call-arguments',
      '`uniform` takes a range',
      'write `uniform(1 ms..3 ms)`',
    )
  }
  const low = amountOf(cursor, range.low)
  const high = low && amountOf(cursor, range.high)
  if (!low || !high) return null
  if (low.dimension !== high.dimension) {
    const message = `the range goes from ${dimensionNoun(low.dimension)} to ${dimensionNoun(high.dimension)}`
    return failAt(cursor, range.start, range.end, 'unit-wrong', message, 'write the unit at both ends')
  }
  if (low.value > high.value)
    return failAt(cursor, range.start, range.end, 'number-range', 'the range ends below its start')
  const value: Distribution =
    low.value === high.value ? fixed(low.value) : { law: 'uniform', low: low.value, high: high.value }
  return { value, dimension: low.dimension }
}

function pareto(cursor: Cursor, call: Call, { named }: TakenArguments): Quantity | null {
  const mean = amountOf(cursor, named.get('mean'))
  const shapeValue = named.get('shape')
  const shape = shapeValue && numberOf(cursor, shapeValue, { dimension: 'count', above: 0 })
  const capValue = named.get('cap')
  const cap = capValue ? numberOf(cursor, capValue, { dimension: mean?.dimension ?? null }) : Number.POSITIVE_INFINITY
  if (!mean || shape === null || shape === undefined || cap === null) return null
  const say = (message: string, hint: string): null =>
    failAt(cursor, call.start, call.end, 'number-range', message, hint)
  if (cap === Number.POSITIVE_INFINITY && shape <= 1) {
    return say('a Pareto law of shape 1 or less has no mean', 'add a cap: `pareto(mean 160 shape 0.9 cap 5 M)`')
  }
  if (mean.value <= 0) return say('the mean has to be above 0', 'write `pareto(mean 160 shape 1.3 cap 5 M)`')
  if (cap <= mean.value) return say('the cap has to be above the mean', 'write `pareto(mean 160 shape 1.3 cap 5 M)`')
  return { value: paretoWithMean(mean.value, shape, cap), dimension: mean.dimension }
}

function erlang(cursor: Cursor, _call: Call, { positional, named }: TakenArguments): Quantity | null {
  const mean = amountOf(cursor, named.get('mean'))
  const first = positional[0]
  const shape = first && numberOf(cursor, first, { dimension: 'count', min: 1, isWhole: true })
  if (!mean || shape === null || shape === undefined) return null
  if (shape > 1000 && first) return failAt(cursor, first.start, first.end, 'number-range', 'at most 1000 phases')
  return { value: mean.value === 0 ? fixed(0) : { law: 'erlang', shape, mean: mean.value }, dimension: mean.dimension }
}

function hyperexp(cursor: Cursor, _call: Call, { named }: TakenArguments): Quantity | null {
  const mean = amountOf(cursor, named.get('mean'))
  const cvValue = named.get('cv')
  const cv = cvValue && numberOf(cursor, cvValue, { dimension: 'count', min: 1 })
  if (!mean || cv === null || cv === undefined) return null
  return { value: mean.value === 0 ? fixed(0) : hyperexponential(mean.value, cv), dimension: mean.dimension }
}

function measured(cursor: Cursor, call: Call, { positional }: TakenArguments, options: LawOptions): Quantity | null {
  const name = positional[0]
  if (name?.kind !== 'path')
    return failAt(cursor, call.start, call.end, 'call-arguments', '`file` needs a name', 'write `file(latency.csv)`')
  const values = options.file?.(name.text.trim())
  if (values && values.length > 0) return { value: { law: 'empirical', values }, dimension: 'time' }
  const message = `the measured values in \`${shorten(name.text)}\` cannot be read`
  return failAt(
    cursor,
    name.start,
    name.end,
    'file-missing',
    message,
    'name a file beside the design, one value a line',
  )
}

const MIX = { code: 'call-arguments', hint: 'write `mix(95% fixed(1 ms) / 5% exp(20 ms))`' } as const

function mixture(cursor: Cursor, call: Call, options: LawOptions): Quantity | null {
  const count = (call.args.at(-1)?.group ?? -1) + 1
  const parts: { readonly name: string; readonly share: number; readonly of: Distribution }[] = []
  let dimension: Dimension | null = null
  for (let group = 0; group < count; group++) {
    const [share, law, extra] = call.args.filter((arg) => arg.group === group)
    if (!share || !law || extra || share.name !== null || law.name !== null) {
      const at = extra ?? share ?? call
      return failAt(cursor, at.start, at.end, MIX.code, 'a part of `mix` is a share and a law', MIX.hint)
    }
    const ratio = numberOf(cursor, share.value, { dimension: 'ratio' })
    const part = lawOf(cursor, law.value, options)
    if (ratio === null || !part) return null
    dimension ??= part.dimension
    if (part.dimension !== dimension) {
      const message = `the parts measure ${dimensionNoun(dimension)} and ${dimensionNoun(part.dimension)}`
      return failAt(cursor, law.start, law.end, 'unit-wrong', message)
    }
    const of = typeof part.value === 'number' ? fixed(part.value) : part.value
    parts.push({ name: cursor.node.text.slice(law.start, law.end), share: ratio, of })
  }
  if (dimension === null) return failAt(cursor, call.start, call.end, MIX.code, '`mix` has no parts', MIX.hint)
  const problem = sharesProblem(parts, cursor.node.span)
  if (problem) return failAt(cursor, call.start, call.end, problem.code, problem.message, problem.hint)
  return { value: { law: 'mixture', parts: normalizeShares(parts).map(({ share, of }) => ({ share, of })) }, dimension }
}
