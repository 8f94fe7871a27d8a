// @data
import type { Failure } from '../../src/core/model/error.ts'
import type { Objective } from '../../src/core/model/model.ts'
import type { Dimension } from '../../src/core/text/scalars/dimension.ts'

/** Ways to write a quantity; each form is read by a test. */
export interface QuantityNote {
  readonly dimension: Dimension
  readonly what: string
  readonly forms: readonly string[]
  readonly note: string
}

export const quantityNotes: readonly QuantityNote[] = [
  {
    dimension: 'time',
    what: 'time',
    forms: ['250 ms', '1.5s', '2 h', '1 h 30 min', '30 d'],
    note: 'us ms s min h d y; a day is 24 hours, a year 365 days',
  },
  {
    dimension: 'bytes',
    what: 'size',
    forms: ['180 B', '4 KB', '64 KiB', '16 GiB', '2 TiB', '8 Mbit'],
    note: 'KB MB GB TB are powers of 1000, KiB MiB GiB TiB of 1024; bits are an eighth of a byte',
  },
  {
    dimension: 'rate',
    what: 'rate',
    forms: ['400/s', '40 k/s', '1200/min', '17 M/d', '8 per day'],
    note: 'k M G multiply; also per week (7 days), month (a twelfth of a year), year',
  },
  { dimension: 'bandwidth', what: 'bandwidth', forms: ['80 MB/s', '1 Gbit/s'], note: 'a size per time' },
  {
    dimension: 'ratio',
    what: 'percentage',
    forms: ['55%', '99.95%'],
    note: 'the percent sign is needed, so that 0.5 is never ambiguous',
  },
  { dimension: 'money', what: 'money', forms: ['0.05 USD', '12 k USD'], note: 'US dollars' },
  {
    dimension: 'money-rate',
    what: 'cost',
    forms: ['12 k USD/month', '0.2 USD/h'],
    note: 'a month is a twelfth of a year: 730 hours',
  },
  {
    dimension: 'count',
    what: 'number',
    forms: ['400', '1.5', '10 k', '2 M', '1 G', '2.5x'],
    note: 'k M G T multiply; a word after it is for the reader: `800 items`',
  },
  {
    dimension: 'popularity',
    what: 'popularity',
    forms: ['uniform', 'zipf(0.9)'],
    note: 'how unevenly keys are asked for: the n-th most popular in proportion to 1/n^0.9',
  },
]

/** Laws; each form is read by a test. */
export const lawNotes: readonly (readonly [form: string, dimension: 'time' | 'count', meaning: string])[] = [
  ['5 ms', 'time', 'a mean; the key says which shape it gets (its form names it: fixed, exponential, skewed)'],
  ['{ p50: 2 ms, p99: 12 ms }', 'time', 'log-normal through two quantiles: p50 and one of p75, p90, p95, p99, p999'],
  ['fixed(1 ms)', 'time', 'always the same'],
  ['exp(5 ms)', 'time', 'exponential with this mean'],
  ['lognormal(mean 5 ms cv 0.8)', 'time', 'log-normal; cv is standard deviation over mean'],
  ['gamma(mean 5 ms cv 0.5)', 'time', 'gamma'],
  ['uniform(1 ms..3 ms)', 'time', 'evenly between the two'],
  ['erlang(4 mean 5 ms)', 'time', 'sum of four exponential phases'],
  ['hyperexp(mean 5 ms cv 3)', 'time', 'one of two exponentials, with balanced means; cv of 1 or more'],
  ['pareto(mean 160 shape 1.3 cap 5 M)', 'count', 'heavy tail, cut at `cap`; without one the shape is above 1'],
  ['mix(95% fixed(1 ms) / 5% exp(20 ms))', 'time', 'one of several laws'],
  ['1 ms + exp(4 ms)', 'time', 'a constant and one law'],
]

/** Expressions over `users` (12 M), `online` (8%), `think` (3 s); each is read by a test. */
export const expressionNotes: readonly (readonly [form: string, dimension: Dimension, meaning: string])[] = [
  ['= users * online', 'count', 'a count times a ratio is a count'],
  ['= users / think', 'rate', 'a count over a time is a rate'],
  ['= users * 24 B', 'bytes', 'a count times a size is a size'],
  ['= max(users / 1000, 10)', 'count', '`min` and `max` of two or more, `ceil` of one; commas may be left out'],
  ['= online * 50%', 'ratio', 'a ratio times a ratio is a ratio; times a number it is a number'],
]

interface IndicatorNote {
  readonly of: readonly ('flow' | 'component' | 'system')[]
  readonly example: string
  readonly meaning: string
}

const allFlows = ['flow', 'system'] as const

/** What objectives compare; each example is validated by a test, and refused for the other subjects. */
export const indicatorNotes: Readonly<Record<Objective['indicator'], IndicatorNote>> = {
  mean: { of: allFlows, example: 'mean < 50 ms', meaning: 'mean response time of good answers' },
  p50: { of: allFlows, example: 'p50 < 20 ms', meaning: 'half of the good answers are this fast' },
  p75: { of: allFlows, example: 'p75 < 30 ms', meaning: '75 % of the good answers are this fast' },
  p90: { of: allFlows, example: 'p90 < 60 ms', meaning: '90 % of the good answers are this fast' },
  p95: { of: allFlows, example: 'p95 < 90 ms', meaning: '95 % of the good answers are this fast' },
  p99: { of: allFlows, example: 'p99 < 120 ms', meaning: '99 % of the good answers are this fast' },
  p999: { of: allFlows, example: 'p999 < 500 ms', meaning: '99.9 % of the good answers are this fast; also `p99.9`' },
  max: { of: allFlows, example: 'max < 2 s', meaning: 'the longest that was seen; no run can bound it from above' },
  success: {
    of: ['flow', 'component', 'system'],
    example: 'success > 99.95%',
    meaning: 'good answers as a share of ended requests; of a component: requests that it did not reject',
  },
  fresh: {
    of: ['flow'],
    example: 'fresh 99% < 60 s',
    meaning: 'this share of the messages (or requests) is done this soon after it was published (or sent)',
  },
  throughput: {
    of: ['flow', 'component', 'system'],
    example: 'throughput > 90/s',
    meaning: 'ended requests per second',
  },
  goodput: { of: allFlows, example: 'goodput > 90/s', meaning: 'good answers per second' },
  utilization: {
    of: ['component'],
    example: 'utilization < 70%',
    meaning: 'busy share of its servers; of several stations (processor, disk) that of the busiest',
  },
  'queue-length': { of: ['component'], example: 'queue-length < 5', meaning: 'requests that wait, on average' },
  hit: { of: ['component'], example: 'hit > 90%', meaning: 'share of the keys asked for that a cache had' },
  lag: { of: ['component'], example: 'lag < 5 s', meaning: 'how far consumers of a topic or queue are behind' },
  rto: {
    of: ['component'],
    example: 'rto < 60 s',
    meaning: 'the longest time that one of its shards had no leader',
  },
  rpo: {
    of: ['component'],
    example: 'rpo < 5 s',
    meaning: 'how old the oldest answered write was that a failure took away',
  },
  'wait-mean': { of: ['component'], example: 'wait-mean < 2 ms', meaning: 'mean time in the queue' },
  cost: { of: ['system'], example: 'cost < 15 k USD/month', meaning: 'list price of all components' },
  'recovered-within': {
    of: ['flow', 'component', 'system'],
    example: 'recovered-within 60 s',
    meaning:
      'after the last fault, goodput is back to 85 % of what it was before, failures are at most one point more and ' +
      'the mean response time at most 2.5 times, and it stays so',
  },
  'no-metastable': {
    of: ['flow', 'component', 'system'],
    example: 'no-metastable',
    meaning: 'the system recovers by itself before the run ends, in at least 95 % of the replications',
  },
}

/** Why an attempt or a request fails; words for `retry.after` and `fail`. */
export const failureNotes: Readonly<Record<Failure, string>> = {
  timeout: 'the caller’s timeout for one attempt ran out',
  deadline: 'the request’s deadline ran out',
  rejected: 'the queue, the concurrency limit or the bulkhead was full',
  'rate-limited': 'a rate limit refused it',
  'connect-error': 'nobody there: the instance is down, the connection was reset',
  error: 'the callee answered with an error',
  'breaker-open': 'the caller’s breaker refused to try',
  abandoned: 'it ran out of patience in a queue',
  missing: 'a thing that has to be there was not',
  denied: 'a firewall or an authorizer did not let it pass',
}

/** Decisions about meaning, where more than one reading would be possible. */
export const meanings: readonly (readonly [topic: string, decision: string])[] = [
  [
    'latency',
    'A `latency` between places, or of a place, is a round trip, as ping prints it. Each attempt of a call draws it once; half of it passes each way, and payloads take their bytes over the bandwidth on top.',
  ],
  [
    'rate and shape',
    '`rate` is the peak of a `daily` or `weekly` shape: `daily(low 30% peak 20:00)` goes down to 30 % of it. `ramp` takes shares of it, `spike` multiplies it. A shape that is too long to be played as a whole is held at its peak, and the result says so.',
  ],
  [
    'simulated time',
    'It starts at midnight before a Monday. Faults and `during` count from the start of the scenario.',
  ],
  [
    'from',
    'An actor without `from` has no distance to the system, unless the design has client networks or edge locations: then its requests come from all networks alike, or from near the edges. A name in `from` that no place has is a part of the world (`europe`, `us-east`, `asia`) with its usual round trips.',
  ],
  [
    'response time',
    'From the intended start of a request to its answer (`reply`, or the end of the steps), of good answers only. Failures count in `success` and `errors`. For a flow that consumes: the age of a message when it is done.',
  ],
  [
    'batches',
    'The steps of a flow that consumes run once for each batch. An amount that grows with the batch says so: `work: 3 us per item`, `rows: 1 per item`, `mode: pipeline`. `choose` and `each` in a batch run for each message, since what they decide is about one.',
  ],
  [
    'means of work',
    'A bare mean of `work` is log-normal with a coefficient of variation of 1; a bare mean of `wait` is fixed.',
  ],
  [
    'nesting',
    'A step that holds others waits for them. Steps under `do` of a `call` run in the callee; `hit` and `miss` run at the caller, and at a `cdn` (or `write: through`) in the cache itself.',
  ],
  ['reply', 'The caller has its answer; steps after it go on. As the last step it only says the size of the answer.'],
  [
    'abandoned work',
    'A callee finishes what its caller has given up on (`after-timeout: keep-going`), since most servers do. `stop` takes it away at once.',
  ],
  [
    'policies',
    'Step, edge, caller, `default`: the most specific wins, key by key. Nothing written: no timeout, no retry, no limit. `retry` alone tries after `connect-error`, `timeout`, `error` and `rejected`, at once (`backoff: 0 s`), doubles a wait (`multiplier: 2`) and draws nothing (`jitter: none`). A retry budget lets 10 retries in a row pass before its share counts.',
  ],
  [
    'order of protections',
    'deadline ⊃ fallback (`on-fail`) ⊃ retry ⊃ hedge ⊃ breaker ⊃ bulkhead ⊃ timeout ⊃ connection pool.',
  ],
  ['via', 'What stands between is called first and calls on; the policy is that of the whole way, at the caller.'],
  [
    'objectives of a scenario',
    'A scenario with `expect` is judged by that alone, otherwise by the requirements. Its figures are over the stretch from the first thing that happens to the end of the last; what happens in an instant, or never ends, is judged to the end of the run. `recovered-within` and `no-metastable` look at the whole course.',
  ],
  [
    'hostile load',
    '`hostile: true` marks an actor for the reader. What it asks for loads the system like everything else; give it flows of its own, so that the figures of the others stay theirs.',
  ],
  [
    'uncertainty',
    '`{ is, range, why }`: the verdict is about the design at `is`. The range is what we are 90 % sure of; beside the verdict two dozen worlds are played, one replication each, with every uncertain number drawn once per replication, never per request. Results have the band of each figure, the share of the draws in which an objective holds, and what moves it most. A range stands around a number, not around a law.',
  ],
  [
    'overlays',
    'environment, then the variant (remove, add, set), then the scenario’s `set`, then `--set`. Maps merge, lists and scalars replace. A path that matches nothing is a mistake.',
  ],
]
