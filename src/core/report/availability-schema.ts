import { count, d, list, mapOf, number, object, oneOf, orNull, text } from './json-schema.ts'

const share = object({
  value: d(number, 'from 0 to 1'),
  low: d(number, 'one end of what it may be'),
  high: d(number, 'the other end'),
})

const availabilityFields = {
  answered: d(share, 'share of requests that get a good answer'),
  held: d(orNull(share), 'share of time in which every objective holds; null: there is none'),
  down_min_per_month: d(number, 'minutes of 30 days that `answered` leaves'),
  causes: d(
    list(
      object({
        cause: d(text, 'what fails: `node of db`, `zone eu.a`, `no failure at all`'),
        count: d(count, 'how many of them there are'),
        down_min_per_month: d(number, 'minutes of 30 days that they take'),
        share: d(number, 'of all that is taken away'),
      }),
    ),
    'what takes answers away, the most first',
  ),
}

const budget = object({
  target: d(number, 'the strictest `success` objective'),
  min_per_month: d(number, 'minutes of 30 days that it allows'),
  spent_ratio: d(number, 'how much of them failures are expected to use; above 1: more than there is'),
})

const component = object({
  needed: d(count, 'copies of a shard that are enough: for the load, or to have the data'),
  of: d(count, 'copies that there are'),
  shards: d(count, 'of which each needs as many'),
  availability: d(number, 'share of time in which enough are there'),
  down_min_per_month: d(number, 'minutes of 30 days in which they are not'),
})

/** Of `loadpath availability`. */
export const availabilitySchema = object({
  system: d(object(availabilityFields), 'all flows that users wait for, weighted alike'),
  flows: d(
    mapOf(object({ ...availabilityFields, budget: d(orNull(budget), 'null: no objective on success') })),
    'by name',
  ),
  components: d(mapOf(component), 'by name'),
  single_points: d(
    list(
      object({
        cause: d(text, 'what fails'),
        flows: d(list(text), 'flows that lose most of their good answers'),
        down_min_per_month: d(number, 'minutes of 30 days in which it is down'),
      }),
    ),
    'failures that take most good answers of a flow away, each alone',
  ),
  states: d(
    object({
      listed: d(count, 'states of what is down that were told apart'),
      solved: d(count, 'of them, and of the moments after a failure, those that were solved'),
      left_out_ratio: d(number, 'share of time of states that may be anything'),
    }),
    'what the figures rest on',
  ),
  assumptions: d(list(text), 'what is taken for granted'),
})

export const surviveSchema = list(
  object({
    failure: d(text, 'as written: `any zone`'),
    verdict: d(oneOf('met', 'missed', 'undecided'), 'whether all objectives hold while it lasts'),
    cases: d(count, 'different failures that it means here'),
    worst: d(
      orNull(
        object({
          failure: d(text, 'the case that does worst'),
          objective: d(text, 'what does not hold in it'),
          indicator: d(text, 'what that is about: `success`, `p99`'),
          measured: d(orNull(number), 'what it is instead; null: it grows without end'),
          cause: d(orNull(text), 'why'),
          is_usual: d({ type: 'boolean' }, 'true: it is missed without any failure, too'),
        }),
      ),
      'null: all hold in all cases',
    ),
  }),
)

export const dataSafetySchema = list(
  object({
    component: d(text, 'who keeps the data'),
    copies: d(count, 'of each shard'),
    losses: d(
      list(
        object({
          lost: d(text, '`leader`, `the only copy`, `every copy`'),
          rpo_s: d(orNull(number), 'age of the oldest data that is gone; null: all of it is'),
          rto_s: d(orNull(number), 'until it is there again; null: never by itself'),
          why: d(text, 'where that comes from'),
        }),
      ),
      'what is gone, and for how long, by what is lost',
    ),
    goals: d(
      list(
        object({
          data: d(text, 'as named in `requirements.recovery`'),
          rpo_s: d(orNull(number), 'what is asked; null: nothing'),
          rto_s: d(orNull(number), 'what is asked; null: nothing'),
          missed_for: d(list(text), 'losses for which that does not hold'),
        }),
      ),
      'what the requirements ask of it',
    ),
  }),
)
