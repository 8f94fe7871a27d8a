import { failures } from '../model/error.ts'
import { reasons } from '../result/result.ts'
import { RESULT_SCHEMA } from './envelope.ts'

/** JSON Schema, as far as results need it. */
export type Schema = Readonly<Record<string, unknown>>

const number: Schema = { type: 'number' }
const text: Schema = { type: 'string' }
const ratio: Schema = { type: 'number', minimum: 0, maximum: 1 }
const count: Schema = { type: 'integer', minimum: 0 }
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })
const list = (items: Schema): Schema => ({ type: 'array', items })
const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values })
const oneOf = (...values: readonly string[]): Schema => ({ enum: values })
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` })

/** Every property is required but those in `optional`; others are not allowed. */
const object = (
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema => ({
  type: 'object',
  properties: { ...required, ...optional },
  required: Object.keys(required),
  additionalProperties: false,
})

const estimate = object({ value: orNull(number), low: orNull(number), high: orNull(number) })
const estimates = (...names: readonly string[]): Readonly<Record<string, Schema>> =>
  Object.fromEntries(names.map((name) => [name, ref('estimate')]))

const breakdown = object({
  step: text,
  component: text,
  wait_s: number,
  service_s: number,
  network_s: number,
  retry_s: number,
  share_of_p99: ratio,
})

const flow = object({
  ...estimates('arrival_rate_per_s', 'throughput_per_s', 'goodput_per_s', 'success_ratio'),
  attempts_ratio: number,
  response_time_s: object(estimates('mean', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max')),
  errors: {
    type: 'object',
    properties: Object.fromEntries(failures.map((failure) => [failure, ratio])),
    additionalProperties: false,
  },
  breakdown: list(breakdown),
})

const component = object(
  {
    kind: text,
    ...estimates('utilization', 'queue_length_mean', 'in_system_mean', 'throughput_per_s'),
    queue_length_max: number,
    wait_time_s: object(estimates('mean')),
    rejected_ratio: ratio,
    full_since_s: orNull(number),
    resources: mapOf(
      object({
        kind: oneOf('station', 'pool'),
        ...estimates('utilization', 'queue_length_mean', 'wait_time_mean_s'),
        full_since_s: orNull(number),
      }),
    ),
  },
  {
    ...estimates('hit_ratio', 'lag_messages', 'instances_mean'),
    shards: list(object({ instance: count, utilization: orNull(number) })),
  },
)

const cause = object({
  component: text,
  reason: oneOf(...reasons),
  share_of_tail: ratio,
  since_s: orNull(number),
  confidence: oneOf('certain', 'likely', 'unclear'),
  text,
})

const objective = object(
  {
    id: text,
    scenario: text,
    subject: object({ kind: oneOf('flow', 'component', 'system'), id: text }),
    indicator: text,
    target: text,
    target_value: number,
    relation: oneOf('<', '<=', '>', '>='),
    measured: ref('estimate'),
    verdict: oneOf('met', 'missed', 'undecided'),
    line: count,
  },
  { cause },
)

const resultFields: Readonly<Record<string, Schema>> = {
  design: object({ name: text, hash: text }),
  scenario: text,
  variant: orNull(text),
  method: oneOf('simulation', 'analysis'),
  status: oneOf('complete', 'budget-spent', 'partial'),
  seed: count,
  replications: count,
  simulated_s: number,
  warmup_s: number,
  window_s: orNull(object({ start: number, end: number })),
  requests: count,
  events: count,
  wall_s: number,
  flows: mapOf(flow),
  components: mapOf(component),
  objectives: list(objective),
  next_limit: orNull(object({ component: text, resource: text, utilization: number, headroom_ratio: number })),
  cost_usd_per_month: object({
    total: number,
    items: list(object({ component: text, label: text, usd_per_month: number })),
  }),
  findings: list(object({ code: text, severity: oneOf('error', 'warning', 'note'), message: text })),
  assumptions: list(object({ name: text, effect: orNull(number) })),
  trust: list(text),
}

/** JSON Schema (2020-12) of what `--json` prints. Times in seconds, shares from 0 to 1, rates per second. */
export const resultSchema = (): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: RESULT_SCHEMA,
  title: 'Loadpath result',
  ...object({
    $schema: text,
    loadpath: text,
    diagnostics: list(
      object({ code: text, severity: text, file: text, line: count, column: count, message: text }, { hint: text }),
    ),
    result: orNull(object(resultFields, { scenarios: mapOf(ref('result')) })),
  }),
  $defs: { estimate, result: object(resultFields) },
})
