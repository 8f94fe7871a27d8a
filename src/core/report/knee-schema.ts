import { d, list, mapOf, number, object, oneOf, orNull, ref, text } from './json-schema.ts'

const estimates = (meanings: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(meanings).map(([name, meaning]) => [name, d(ref('estimate'), meaning)]))

const figures = object({
  ...estimates({
    arrival_rate_per_s: 'requests offered',
    goodput_per_s: 'good answers',
    success_ratio: 'good answers as a share of what was offered',
  }),
  response_time_s: d(
    object(
      estimates({
        mean: 'of good answers',
        p50: 'half of the good answers are faster; null: it grows without end',
        p99: '99 % of the good answers are faster; null: it grows without end',
      }),
    ),
    'from the intended start to the answer',
  ),
})

const point = object({
  load_ratio: d(number, 'multiple of the load as written'),
  flows: d(mapOf(figures), 'by name'),
})

const edge = object({
  load_ratio: d(number, 'multiple of the load as written'),
  low_ratio: d(orNull(number), 'where one end of the figure’s interval is at the target; null: nowhere, or not known'),
  high_ratio: d(orNull(number), 'where the other end is; null: nowhere, or not known'),
  arrival_rate_per_s: d(orNull(number), 'requests offered at that load to its flow (else: to all); null: not known'),
})

const crossing = object({
  id: d(text, 'the objective'),
  subject: d(
    object({ kind: d(oneOf('flow', 'component', 'system'), 'what it is about'), id: d(text, 'its name') }),
    'what it is about',
  ),
  indicator: d(text, 'which figure'),
  target: d(text, 'as written'),
  target_value: d(number, 'in SI units'),
  status: d(
    oneOf('holds', 'never', 'crosses', 'unmeasured'),
    'holds: at every load that was looked at; never: at none; crosses: between `from` and `until`',
  ),
  from: d(orNull(edge), 'below this load it does not hold yet; null: it does'),
  until: d(orNull(edge), 'above this load it does not hold any more; null: it does'),
})

const saturation = object({
  component: d(text, 'whose it is'),
  resource: d(text, 'what of the component'),
  kind: d(oneOf('station', 'pool', 'limiter', 'partitions', 'consumers'), 'what it is'),
  load_ratio: d(number, 'multiple of the load as written at which it is busy all of the time'),
  is_bound: d({ type: 'boolean' }, 'true: it is full at this load at the latest'),
  why: d(text, 'how that is known, in words'),
})

const lever = object({
  component: d(text, 'what is changed'),
  sort: d(oneOf('vertical', 'horizontal', 'sharding', 'caching', 'pool'), 'what sort of change it is'),
  name: d(text, 'what is changed, in words'),
  sets: d(
    list(object({ path: d(text, 'as `--set` takes it'), value: d(text, 'in the notation of designs') })),
    'the change',
  ),
  before: d(list(text), 'what stands there now, in the order of `sets`'),
  crossing: d(orNull(crossing), 'of the objective that is missed first without it; null: there is none'),
  saturation: d(orNull(saturation), 'what is full first with it'),
  cost_usd_per_month: d(number, 'how much more the design costs with it'),
})

/** Of the design against load. */
export const kneeSchema = object({
  from_ratio: d(number, 'the smallest load of the curve, as a multiple of the load as written'),
  to_ratio: d(number, 'the largest load of the curve'),
  most_ratio: d(number, 'the largest load at which was looked whether objectives hold'),
  points: d(list(point), 'the curve, closer together where an objective stops to hold'),
  played: d(list(point), 'some of them as the simulator has them; empty without `--simulate`'),
  flows: d(
    mapOf(
      object({
        load_ratio: d(orNull(number), 'where goodput over mean response time is largest; null: not at these loads'),
        arrival_rate_per_s: d(orNull(number), 'requests offered there'),
        response_time_s: d(orNull(number), 'mean response time there'),
      }),
    ),
    'the knee of each flow',
  ),
  crossings: d(list(crossing), 'up to which load each objective holds, in the order of the design'),
  saturations: d(list(saturation), 'what is full first, second, third'),
  levers: d(list(lever), 'what changes of what is full first would bring'),
})
