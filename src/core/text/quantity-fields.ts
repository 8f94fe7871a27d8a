import type { Bytes, BytesPerSecond, Dollars, PerSecond, Ratio, Seconds } from '../base/units.ts'
import { type Distribution, exponential, fixed, lognormal } from '../model/distribution.ts'
import { type Field, type Schema, take } from './field.ts'
import { readUncertain, type Uncertain } from './scalars/assumption.ts'
import type { Dimension } from './scalars/dimension.ts'
import { acceptedForms } from './scalars/dimension.ts'
import { type LawOptions, readDistribution, UPPER } from './scalars/distribution.ts'
import { readPopularity } from './scalars/popularity.ts'
import { type Bounds, readMoneyPerMonth, readNumber } from './scalars/quantity.ts'

const written: Schema = { type: ['string', 'number'] }

/** What fields of quantities refer to: whoever makes a whole schema puts these under its `definitions`. */
export const quantityDefinitions: Readonly<Record<string, Schema>> = Object.fromEntries(
  (['count', 'ratio', 'time', 'rate', 'bytes', 'bandwidth', 'money', 'money-rate'] as const).flatMap((dimension) => [
    [`quantity-${dimension}`, quantityDefinition(dimension)],
    [`law-${dimension}`, lawDefinition(dimension)],
  ]),
)

function quantitySchema(dimension: Dimension): Schema {
  return { $ref: `#/definitions/quantity-${dimension}` }
}

/** A number with its unit, an expression, or an uncertain value: what an editor accepts before we look closer. */
function quantityDefinition(dimension: Dimension): Schema {
  return { anyOf: [{ ...written, description: acceptedForms[dimension] }, uncertainSchema(written)] }
}

function uncertainSchema(is: Schema): Schema {
  const properties = {
    is,
    range: { type: 'string' },
    growth: { type: 'string' },
    why: { type: ['string', 'number', 'boolean'] },
  }
  return { type: 'object', properties, required: ['is'], additionalProperties: false }
}

function lawDefinition(dimension: Dimension): Schema {
  const quantile = quantitySchema(dimension)
  const quantiles: Schema = {
    type: 'object',
    description: '{ p50: 2 ms, p99: 12 ms }',
    properties: Object.fromEntries(['p50', ...UPPER.keys()].map((name) => [name, quantile])),
    required: ['p50'],
    minProperties: 2,
    maxProperties: 2,
    additionalProperties: false,
  }
  const law = { ...written, description: acceptedForms[dimension] }
  return { anyOf: [law, quantiles, uncertainSchema({ anyOf: [written, quantiles] })] }
}

const number =
  (dimension: Dimension, form: string) =>
  (bounds: Bounds = {}): Field<number> => ({
    form,
    schema: quantitySchema(dimension),
    read: (node, reading) => take(readNumber(node, dimension, { ...bounds, scope: reading.scope }), reading),
  })

export const timeField: (bounds?: Bounds) => Field<Seconds> = number('time', 'a time')
export const bytesField: (bounds?: Bounds) => Field<Bytes> = number('bytes', 'a size')
export const rateField: (bounds?: Bounds) => Field<PerSecond> = number('rate', 'a rate')
export const ratioField: (bounds?: Bounds) => Field<Ratio> = number('ratio', 'a percentage')
export const bandwidthField: (bounds?: Bounds) => Field<BytesPerSecond> = number('bandwidth', 'a bandwidth')
export const moneyField: (bounds?: Bounds) => Field<Dollars> = number('money', 'an amount of money')
export const countField: (bounds?: Bounds) => Field<number> = number('count', 'a number')

/** Instances, partitions, replicas. */
export const wholeField = (bounds: Bounds = { min: 1 }): Field<number> => ({
  ...countField({ ...bounds, isWhole: true }),
  form: bounds.canBeInfinite === true ? 'a whole number or `infinite`' : 'a whole number',
})

/** Dollars per month. */
export const moneyPerMonthField: Field<Dollars> = {
  form: 'a cost per month',
  schema: quantitySchema('money-rate'),
  read: (node, reading) => take(readMoneyPerMonth(node, { scope: reading.scope }), reading),
}

/** Shape that a bare mean gets where a law is allowed. */
export const shapes = {
  /** A constant. */
  fixed,
  exponential,
  /** Log-normal with coefficient of variation 1: skewed to the right as measured service times are (assumption). */
  skewed: (mean: number): Distribution => lognormal(mean, 1),
} as const

/** A law for an amount; a bare mean gets `shape`. */
export const lawField = (
  dimension: Dimension,
  shape: keyof typeof shapes = 'fixed',
  { isPositive = false }: Pick<LawOptions, 'isPositive'> = {},
): Field<Distribution> => ({
  form: `${dimension === 'time' ? 'a time' : 'an amount'} or a law for one (a bare mean: ${shape})`,
  schema: { $ref: `#/definitions/law-${dimension}` },
  read: (node, reading) =>
    take(
      readDistribution(node, dimension, {
        scope: reading.scope,
        shape: shapes[shape],
        isPositive,
        ...(reading.file ? { file: reading.file } : {}),
      }),
      reading,
    ),
})

/** Exponent of the Zipf law of keys; 0 = uniform. */
export const popularityField: Field<number> = {
  form: 'a popularity',
  schema: { type: 'string', description: acceptedForms.popularity },
  read: (node, reading) => take(readPopularity(node, { scope: reading.scope }), reading),
}

/** A number that may be uncertain and may grow: `{ is: 2 G, growth: 17 M/d }`. */
export const growingField = (dimension: Dimension): Field<Uncertain> => ({
  form: 'a number, or `{ is, range, growth, why }`',
  schema: quantitySchema(dimension),
  read: (node, reading) => take(readUncertain(node, { scope: reading.scope }), reading),
})
