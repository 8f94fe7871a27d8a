import type { Ratio, Seconds } from '../base/units.ts'
import { failures } from '../model/error.ts'
import { type Field, fieldOf, isMap, listOf, mapped, noneOr, oneOf, scalarOr, type Schema } from '../text/field.ts'
import { optional, type ParamValues, readSettings, record, recordSchema, required, withDefault } from '../text/param.ts'
import { countField, ratioField, timeField, wholeField } from '../text/quantity-fields.ts'
import { readPercentile, readShareOfCount } from '../text/scalars/part-of.ts'
import type { PolicyPart } from './design.ts'

const zeroOrMore = wholeField({ min: 0 })

/** `times` further attempts; keys that are not written are taken from a less specific policy. */
const retryParams = {
  times: optional(wholeField({ min: 0, max: 100 }), { help: 'Further attempts after the first; 0 = none.' }),
  after: optional(listOf(oneOf(...failures)), { help: 'Failures that are tried again.' }),
  backoff: optional(timeField(), { help: 'Wait before the first retry.' }),
  multiplier: optional(countField({ min: 1, max: 100 }), { help: 'Each further wait is this many times the last.' }),
  jitter: optional(oneOf('none', 'full', 'half', 'plus'), {
    help: 'Chance in the wait: none = all of it, full = 0..1 of it, half = 0.5..1 of it, plus = 0.5..1.5 of it.',
  }),
  budget: optional(noneOr(ratioField()), { help: 'Retries as a share of first attempts, at most: `10%`.' }),
}

type Retry = Pick<
  PolicyPart,
  'retryTimes' | 'retryAfter' | 'retryBackoff' | 'retryMultiplier' | 'retryJitter' | 'retryBudget'
>

const retryMap: Field<Retry> = {
  form: 'a retry',
  schema: recordSchema(retryParams),
  read: (node, reading) => {
    if (!isMap(node, reading.out, 'a retry')) return undefined
    const settings = readSettings(node, retryParams, 'a retry', reading)
    return settings && retryPart(settings.values, settings.written)
  },
}

const retryPart = (written: ParamValues<typeof retryParams>, keys: ReadonlySet<string>): Retry => ({
  ...(written.times === null ? {} : { retryTimes: written.times }),
  ...(written.after === null ? {} : { retryAfter: written.after }),
  ...(written.backoff === null ? {} : { retryBackoff: written.backoff }),
  ...(written.multiplier === null ? {} : { retryMultiplier: written.multiplier }),
  ...(written.jitter === null ? {} : { retryJitter: written.jitter }),
  // `none` is written, and differs from nothing.
  ...(keys.has('budget') ? { retryBudget: written.budget } : {}),
})

const retryField: Field<Retry> = scalarOr(
  mapped(zeroOrMore, (retryTimes): Retry => ({ retryTimes })),
  retryMap,
)

const percentile: Field<{ readonly percentile: Ratio }> = mapped(
  fieldOf('a percentile like `p95`', { type: 'string', pattern: '^p[0-9.]+$' }, readPercentile),
  (share) => ({ percentile: share }),
)

const hedgeAfter: Field<Seconds | { readonly percentile: Ratio }> = {
  form: `a time, or ${percentile.form}`,
  schema: { type: 'string' },
  read: (node, reading) =>
    node.kind === 'scalar' && node.text.startsWith('p')
      ? percentile.read(node, reading)
      : timeField({ above: 0 }).read(node, reading),
}

const hedge = record(
  {
    after: required(hedgeAfter, { help: 'When a second attempt starts beside the first: `20 ms` or `p95`.' }),
    'at-most': withDefault(ratioField(), '10%', {
      help: 'Hedged requests as a share of all.',
      source: 'assumption; Dean and Barroso, The Tail at Scale, 2013 hedge 5% at p95',
    }),
  },
  'a hedge',
)

const breaker = record(
  {
    'open-at': required(fieldOf('a share of the last so many: `50% of 100`', { type: 'string' }, readShareOfCount), {
      help: 'Opens when this share of the last so many attempts failed.',
    }),
    'half-open': withDefault(timeField({ above: 0 }), '5 s', {
      help: 'After this time one attempt probes whether it works again.',
      source: 'assumption',
    }),
  },
  'a breaker',
)

const bulkhead = scalarOr(
  mapped(wholeField(), (concurrency) => ({ concurrency, queue: 0 })),
  record(
    {
      concurrency: required(wholeField(), { help: 'Calls at once from one instance of the caller.' }),
      queue: withDefault(wholeField({ min: 0, canBeInfinite: true }), '0', {
        help: 'Calls that wait for their turn; more are rejected.',
      }),
    },
    'a bulkhead',
  ),
)

/** Keys of one policy. What is not written is taken from a less specific policy, key by key. */
export const policyParams = {
  timeout: optional(noneOr(timeField({ above: 0 })), { help: 'For one attempt.' }),
  deadline: optional(noneOr(timeField({ above: 0 })), { help: 'For the request from here on, passed down.' }),
  retry: optional(retryField, { help: 'Further attempts: a number, or `{ times, after, backoff, jitter, budget }`.' }),
  hedge: optional(noneOr(hedge), { help: 'A second attempt beside one that takes long.' }),
  breaker: optional(noneOr(breaker), { help: 'Stops calling what mostly fails.' }),
  bulkhead: optional(noneOr(bulkhead), { help: 'Limits the calls at once from one instance.' }),
  'on-fail': optional(oneOf('error', 'treat-as-miss', 'default', 'skip', 'queue'), {
    help:
      'What the caller makes of a final failure: fails too; counts it as a cache miss; goes on with a default; skips it; ' +
      'or keeps it in a queue of its own (of a million at most), goes on, and tries it again once a second until it ' +
      'succeeds.',
  }),
  'after-timeout': optional(oneOf('keep-going', 'stop'), {
    help: 'What the callee does with work that the caller gave up on. Most servers finish it: keep-going.',
  }),
}

/** Only the keys that were written. */
export function policyPart(written: ParamValues<typeof policyParams>, keys: ReadonlySet<string>): PolicyPart {
  const { timeout, deadline, retry, breaker: opened, bulkhead: limit } = written
  const onFail = written['on-fail']
  const afterTimeout = written['after-timeout']
  const slow = written.hedge
  return {
    ...(keys.has('timeout') ? { timeout } : {}),
    ...(keys.has('deadline') ? { deadline } : {}),
    ...retry,
    ...(keys.has('hedge') ? { hedge: slow === null ? null : { after: slow.after, atMost: slow['at-most'] } } : {}),
    ...(keys.has('breaker') ? { breaker: opened === null ? null : breakerOf(opened) } : {}),
    ...(keys.has('bulkhead') ? { bulkhead: limit } : {}),
    ...(onFail === null ? {} : { onFail }),
    ...(afterTimeout === null ? {} : { afterTimeout }),
  }
}

const breakerOf = (opened: {
  readonly 'open-at': { readonly share: Ratio; readonly of: number }
  readonly 'half-open': Seconds
}) => ({ openAt: opened['open-at'].share, window: opened['open-at'].of, halfOpen: opened['half-open'] })

export const policyMapSchema: Schema = recordSchema(policyParams)
