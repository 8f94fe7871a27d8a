import { allReviewSteps, reviewSteps } from '../base/review-step.ts'
import { failures } from '../model/error.ts'
import { reasons } from '../result/result.ts'
import { RESULT_SCHEMA } from './envelope.ts'
import { count, d, list, mapOf, number, object, oneOf, orNull, ratio, ref, type Schema, text } from './json-schema.ts'
import { availabilitySchema, dataSafetySchema, surviveSchema } from './availability-schema.ts'
import { estimateSchema } from './estimate-schema.ts'
import { kneeSchema } from './knee-schema.ts'

export type { Schema } from './json-schema.ts'

/** Figures with an interval each, by what they mean. */
const estimates = (meanings: Readonly<Record<string, string>>): Readonly<Record<string, Schema>> =>
  Object.fromEntries(Object.entries(meanings).map(([name, meaning]) => [name, d(ref('estimate'), meaning)]))

const band = object({
  low: d(number, '5 % of the draws gave less'),
  high: d(number, '5 % of the draws gave more'),
})

const estimate = object(
  {
    value: d(orNull(number), 'the figure; null: nothing was measured'),
    low: d(
      orNull(number),
      'lower end of the interval; null: the run was too short to say, or the method does not know',
    ),
    high: d(orNull(number), 'upper end of the interval; null: the same, or nothing bounds it'),
  },
  { band: d(band, 'where it lies, 90 % sure, over the ranges of what is not known; absent: nothing was drawn') },
)

/** Of the eight questions of a review. */
const reviewStep: Schema = { enum: allReviewSteps }
const STEP = `the step of a review: ${allReviewSteps.map((step) => `${step} ${reviewSteps[step].toLowerCase()}`).join(', ')}`

const acceptedField: Readonly<Record<string, Schema>> = {
  accepted: d(
    object({
      severity: d(oneOf('error', 'warning', 'note'), 'how bad it was before'),
      reason: d(text, 'why it is accepted'),
      owner: d(orNull(text), 'who answers for it; null: nobody is named'),
      until: d(orNull(text), 'the last day on which it is accepted: `2026-12-31`; null: no end was said'),
    }),
    'of what somebody accepted in the design: it is a note now',
  ),
}

const breakdown = object({
  step: d(text, 'what the time was spent with: `db cpu`, `api → db network`'),
  component: d(text, 'whose it is'),
  wait_s: d(number, 'mean time of a good request in a queue there'),
  service_s: d(number, 'mean time of a good request in service there'),
  network_s: d(number, 'mean time of a good request on the way'),
  retry_s: d(number, 'mean time of a good request lost in failed attempts and the waits between'),
  share_of_p99: d(ratio, 'share of the whole time of the slowest requests that was spent here'),
})

const delivery = object({
  semantics: d(
    oneOf('at-most-once', 'at-least-once', 'effectively-once'),
    'what is promised of each message, by acknowledgements, `commit` and `idempotent`',
  ),
  repeated_ratio: d(number, 'messages that were worked on once more, as a share of those offered'),
  lost_ratio: d(number, 'messages that nobody will ever work on, as a share of those offered'),
})

const flowFields: Readonly<Record<string, Schema>> = {
  ...estimates({
    arrival_rate_per_s: 'requests offered (messages, for a flow that consumes)',
    throughput_per_s: 'requests that ended, well or not',
    goodput_per_s: 'good answers',
    success_ratio: 'good answers as a share of ended requests',
  }),
  attempts_ratio: d(number, 'attempts of calls per attempt that was no retry; 1: no retries'),
  response_time_s: d(
    object(
      estimates({
        mean: 'mean',
        p50: 'median',
        p75: '75th percentile',
        p90: '90th percentile',
        p95: '95th percentile',
        p99: '99th percentile',
        p999: '99.9th percentile',
        max: 'the longest that was seen; `high` is null, since no run can bound it from above; null in an analysis',
      }),
    ),
    'of good answers, from their intended start; for a flow that consumes: age of a message when it is done',
  ),
  errors: d(
    {
      type: 'object',
      properties: Object.fromEntries(failures.map((failure) => [failure, ratio])),
      additionalProperties: false,
    },
    'share of ended requests that failed so; absent: none did',
  ),
  breakdown: d(list(breakdown), 'where the time goes, the largest share of the slow requests first'),
}

const flow = object(flowFields, { delivery: d(delivery, 'of a flow that consumes messages') })

const resource = object({
  kind: d(oneOf('station', 'pool'), 'a station has servers, a pool has slots that are held'),
  ...estimates({
    utilization: 'busy or held share, from 0 to 1',
    queue_length_mean: 'waiting requests, over time',
    wait_time_mean_s: 'mean wait of those that got a server or slot',
  }),
  full_since_s: d(orNull(number), 'when it first was full, in simulated time; null: never'),
})

const component = object(
  {
    kind: d(text, 'kind or technology'),
    ...estimates({
      utilization: 'busy share of its primary resource (processors, servers), from 0 to 1',
      queue_length_mean: 'requests that wait for it, over time',
      in_system_mean: 'requests that wait or are served, over time',
      throughput_per_s: 'services of its primary resource',
    }),
    queue_length_max: d(number, 'most that ever waited at one instance'),
    wait_time_s: d(object(estimates({ mean: 'mean wait before service' })), 'time in the queue'),
    rejected_ratio: d(ratio, 'share of arrivals that were turned away'),
    full_since_s: d(orNull(number), 'when it first was full, in the scenario’s own time; null: never'),
    resources: d(mapOf(resource), 'all its stations and pools, by name'),
  },
  {
    ...estimates({
      hit_ratio: 'of a cache: keys that were found as a share of keys asked for',
      cold_start_ratio: 'of a function: requests that waited for a new environment, as a share of all',
      lag_messages: 'of a topic or queue: messages that wait for its consumers, over time',
      lag_s: 'of a topic or queue: how far its consumers are behind',
      instances_mean: 'instances that are up, over time',
    }),
    recovery: d(
      object({
        since_s: d(orNull(number), 'when that began, in the scenario’s own time; null: every shard had a leader'),
        outage_s: d(number, 'the longest time that a shard had no leader, in the worst replication'),
        is_over: d({ type: 'boolean' }, 'false: it had none yet when the run ended'),
        lost_writes: d(number, 'answered writes that nobody has any more, in one replication'),
        lost_age_s: d(number, 'how far back data is gone, in the worst replication; a hundred years: all of it'),
      }),
      'of what keeps data, when a failure cost it something',
    ),
    shards: d(
      list(
        object({
          instance: d(count, 'number of the instance, from 0'),
          utilization: d(orNull(number), 'its busy share, from 0 to 1'),
        }),
      ),
      'each of several shards',
    ),
  },
)

const cause = object({
  component: d(text, 'where the time or the failures come from'),
  reason: d(oneOf(...reasons), 'why; `loadpath explain <reason>` says what helps'),
  share_of_tail: d(ratio, 'share of the slow requests’ time, or of the failures, that this explains'),
  since_s: d(orNull(number), 'since when, in the scenario’s own time; null: from the start, or not a matter of time'),
  confidence: d(oneOf('certain', 'likely', 'unclear'), 'how sure this is'),
  text: d(text, 'one sentence for people'),
})

const objective = object(
  {
    id: d(text, 'subject and indicator: `view p99`'),
    scenario: d(text, 'the scenario it was measured in'),
    subject: d(
      object({
        kind: d(oneOf('flow', 'component', 'system'), 'what it is about'),
        id: d(text, 'its name; `system` for the whole'),
      }),
      'what it is about',
    ),
    indicator: d(text, 'what is measured: `p99`, `success`, `utilization`'),
    target: d(text, 'as written: `p99 < 120 ms`'),
    target_value: d(number, 'the number in it, in SI units; cost in USD per month'),
    relation: d(oneOf('<', '<=', '>', '>='), 'how it has to compare'),
    measured: d(ref('estimate'), 'what was measured, in the unit of `target_value`'),
    verdict: d(
      oneOf('met', 'missed', 'undecided'),
      'undecided: the target lies within the interval; the run was too short, or the method not good enough',
    ),
    step: d(reviewStep, STEP),
    line: d(count, 'line of the design'),
  },
  {
    cause: d(cause, 'why it is missed or may be'),
    met_share: d(ratio, 'share of the draws in which it holds; absent: nothing is uncertain, or nothing was drawn'),
    moved_by: d(orNull(text), 'the number with a range that goes with the figure most; null: none by more than chance'),
  },
)

const limit = object({
  component: d(text, 'whose it is'),
  resource: d(text, 'the station or pool'),
  utilization: d(number, 'its busy share now, from 0 to 1'),
  headroom_ratio: d(
    number,
    'it is full at about this many times today’s load; below 1: more is asked of it than it can do',
  ),
})

const cost = object(
  {
    total: d(number, 'of all components'),
    items: d(
      list(
        object({
          component: d(text, 'whose it is'),
          label: d(text, 'what is paid for'),
          usd_per_month: d(number, 'list price'),
        }),
      ),
      'one entry for each thing that is paid for',
    ),
  },
  { band: d(band, 'where the total lies, 90 % sure, over the ranges of what is not known') },
)

const resultFields: Readonly<Record<string, Schema>> = {
  design: d(
    object({ name: d(text, 'its name'), hash: d(text, 'of its text; the same text has the same hash') }),
    'what was played',
  ),
  scenario: d(text, '`baseline`, or a name from section `scenarios`'),
  variant: d(orNull(text), 'the variant that was applied'),
  method: d(
    oneOf('simulation', 'analysis'),
    'how the figures came about: `simulation` (check, simulate) or `analysis` (solve, check --fast)',
  ),
  status: d(
    oneOf('complete', 'budget-spent', 'partial'),
    'budget-spent: ended before the asked precision was reached; partial: interrupted',
  ),
  seed: d(count, 'where the random numbers started; 0 in an analysis'),
  replications: d(count, 'independent runs that the figures and intervals come from; 0 in an analysis'),
  simulated_s: d(number, 'measured simulated time of one replication, after warm-up'),
  warmup_s: d(number, 'simulated time before measuring begins'),
  window_s: d(
    orNull(
      object({
        start: d(number, 'the first thing that happens'),
        end: d(number, 'the end of the last'),
      }),
    ),
    'the stretch of the scenario’s own time that the figures are about; null: a steady state',
  ),
  requests: d(count, 'requests offered, over all replications'),
  events: d(count, 'events played, over all replications'),
  wall_s: d(
    number,
    'real time that it took; without `--budget`, the only number that differs between two runs of one command',
  ),
  flows: d(mapOf(flow), 'by name'),
  components: d(mapOf(component), 'by name'),
  objectives: d(list(objective), 'in the order of the design'),
  next_limit: d(orNull(limit), 'the fullest resource that is no cause already named; null: there is none'),
  cost_usd_per_month: d(cost, 'list prices'),
  findings: d(
    list(
      object(
        {
          code: d(text, '`loadpath explain <code>` says what it means'),
          severity: d(oneOf('error', 'warning', 'note'), 'how bad it is'),
          step: d(reviewStep, STEP),
          message: d(text, 'what was found'),
        },
        acceptedField,
      ),
    ),
    'what was found before anything was played; of an analysis, that it may stay overloaded (`metastable-range`) too',
  ),
  assumptions: d(
    list(
      object({
        name: d(text, 'a name of section `assume`, or the path of a number with a range'),
        effect: d(
          orNull(ratio),
          'share of the spread of `objective` that goes with it: squared rank correlation over the draws; null: no range',
        ),
        range: d(orNull(text), '90 % range as written; null: taken as known'),
        objective: d(orNull(text), 'the objective that it moves most'),
      }),
    ),
    'numbers that the design rests on, what moves a verdict most first',
  ),
  draws: d(count, 'replications in which every number with a range was drawn anew; the bands come from these'),
  trust: d(list(text), 'what to know before believing the figures'),
}

const method = object({
  at: d(text, 'the step, resource or flow that it is about'),
  component: d(text, 'whose it is; empty: the whole flow'),
  kind: d(oneOf('exact', 'approximate', 'unsupported'), 'exact: follows from the model alone; unsupported: left out'),
  name: d(orNull(text), 'the method; null: not approximate'),
  source: d(orNull(text), 'who showed how good it is; null: not approximate'),
  error_ratio: d(
    object({ mean: d(orNull(number), 'in the mean; null: nobody knows'), tail: d(orNull(number), 'from p90 on') }),
    'how far off the time spent there may be, as a share of it',
  ),
  reason: d(orNull(text), 'why it is not supported; null: it is'),
  outputs: d(list(text), 'keys of this result that it moves: `flows.ask.response_time_s.p99`'),
})

const metastable = object({
  component: d(text, 'what is full in the overloaded state'),
  exit_load_ratio: d(number, 'once overloaded, it comes back below this many times the load'),
  entry_load_ratio: d(number, 'above this many times the load it does not stay healthy'),
  trigger_s: d(orNull(number), 'shortest standstill of the component that tips it over; null: none does, or any'),
  goodput_ratio: d(number, 'good answers in the overloaded state, as a share of those in the healthy one'),
})

/** Of an analysis alone. */
const analysisFields: Readonly<Record<string, Schema>> = {
  methods: d(list(method), 'of an analysis: how each step was solved, the least sure first'),
  metastable: d(
    metastable,
    'of an analysis that found two steady states, a healthy and an overloaded one, at one load',
  ),
}

const sweepField: Readonly<Record<string, Schema>> = {
  sweep: d(
    object({ scenario: d(text, 'name of the scenario'), point: d(text, 'its values: `instances=3, cpu=4`') }),
    'of one point of a sweep; absent: what was played has to hold',
  ),
}

const diagnostic = object(
  {
    code: d(text, '`loadpath explain <code>` says what it means'),
    severity: d(text, '`error`, `warning` or `note`'),
    file: d(text, 'as it was named'),
    line: d(count, 'from 1'),
    column: d(count, 'from 1'),
    message: d(text, 'what was found and what is allowed'),
  },
  {
    hint: d(text, 'what to write instead'),
    step: d(reviewStep, `${STEP}; absent: it is about the command line`),
    ...acceptedField,
  },
)

/** Nothing was played or solved. */
const estimateResult = object({
  design: d(object({ name: d(text, 'its name'), hash: d(text, 'of its text') }), 'what was looked at'),
  scenario: d(text, '`baseline`, or a name from section `scenarios`'),
  variant: d(orNull(text), 'the variant that was applied'),
  estimate: d(estimateSchema, 'numbers that follow from the load'),
})

/** JSON Schema (2020-12) of what `--json` prints. Times in seconds, shares from 0 to 1, rates per second. */
export const resultSchema = (): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: RESULT_SCHEMA,
  title: 'Loadpath result',
  ...object({
    $schema: d(text, 'address of this schema'),
    loadpath: d(text, 'version of the product'),
    diagnostics: d(list(diagnostic), 'everything that was found in the design, in the order of the file'),
    result: d(
      {
        anyOf: [
          object(resultFields, {
            ...sweepField,
            ...analysisFields,
            scenarios: d(mapOf(ref('result')), 'one more result for each scenario and each point of a sweep, by name'),
            knee: d(kneeSchema, 'of `loadpath knee` alone: the same design at other loads'),
            availability: d(availabilitySchema, 'of `loadpath availability` alone: what failures cost'),
            survive: d(surviveSchema, 'of `loadpath availability` alone: the failures of `requirements.survive`'),
            data_safety: d(
              dataSafetySchema,
              'of `loadpath availability` alone: what is lost of data, and for how long',
            ),
          }),
          estimateResult,
          { type: 'null' },
        ],
      },
      'the baseline (or the first scenario asked for); of `loadpath estimate` its numbers; null: there were errors',
    ),
  }),
  $defs: { estimate, result: object(resultFields, { ...sweepField, ...analysisFields }) },
})
