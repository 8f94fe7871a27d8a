import { describe, expect, it } from 'vitest'
import { type Job, type Model, type Outcome, play, planRuns, summarize } from '../../src/core/index.ts'
import { asks, ideal, near, type TheoryCase, users, visit } from './case.ts'
import { protectionSection } from './cases-protection.ts'
import { queueSection } from './cases-queues.ts'
import { judge, type Simulator } from './judge.ts'

type Resource = Model['resources'][number]
type Station = Extract<Resource, { kind: 'station' }>
type Histogram = Outcome['statistics']['flows'][number]['responseTime']

/** How a simulator may be wrong: in what it plays, how, and in what it makes of it. */
interface Mistake {
  readonly what: string
  readonly model?: (model: Model) => Model
  readonly job?: (job: Job) => Job
  readonly outcome?: (outcome: Outcome) => Outcome
}

const played = [queueSection, protectionSection].flatMap(({ cases }) => cases)

const filling: TheoryCase = {
  id: 'a system that takes long to fill',
  source: 'M/G/infinity',
  requests: 5000,
  design: ideal(users(50), 's: { kind: station, servers: infinite }', asks(visit('s', 'fixed(20 s)'))),
  expected: { 's.in_system_mean': near(1000, 0.03) },
}

const known = [
  'M/M/1 at 50 %, as a service with one thread',
  'processor sharing: a request takes 1/(1 - rho) of its work',
  'M/D/1 at 50 %',
  'a backend that fails at times: attempts of a call',
].map((id): TheoryCase => {
  const found = played.find((theory) => theory.id === id)
  if (found === undefined || 'computed' in found) throw new Error(`there is no case ${id}`)
  return { ...found, requests: Math.min(found.requests, 50_000) }
})
const cases = [...known, filling]

const withStations = (model: Model, change: (station: Station) => Station): Model => ({
  ...model,
  resources: model.resources.map((resource) => (resource.kind === 'station' ? change(resource) : resource)),
})

/** Each value as often as it is long, as if a percentile were about moments and not about requests. */
function byTime(histogram: Histogram): Histogram {
  const counts = histogram.counts.map((count, i) => Math.round(count * lengthOf(histogram.buckets[i] ?? 0)))
  return { ...histogram, counts, count: counts.reduce((sum, count) => sum + count, 0) }
}

/** A bucket is an eighth of a bit of the value: its length, but for a factor that all have. */
const lengthOf = (bucket: number): number => 2 ** (bucket / 128 - 20)

const mistakes: readonly Mistake[] = [
  {
    what: 'has one server more',
    model: (model) => withStations(model, (station) => ({ ...station, servers: station.servers + 1 })),
  },
  {
    what: 'shares where it should serve in order',
    model: (model) =>
      withStations(model, (station) => (station.discipline === 'fifo' ? { ...station, discipline: 'ps' } : station)),
  },
  {
    what: 'serves in order where it should share',
    model: (model) =>
      withStations(model, (station) => (station.discipline === 'ps' ? { ...station, discipline: 'fifo' } : station)),
  },
  {
    what: 'weighs its percentiles by time',
    outcome: ({ statistics, ...rest }) => ({
      ...rest,
      statistics: {
        ...statistics,
        flows: statistics.flows.map((flow) => ({ ...flow, responseTime: byTime(flow.responseTime) })),
      },
    }),
  },
  {
    what: 'keeps its warm-up',
    job: (job) => ({
      ...job,
      warmup: 0,
      judged: job.judged.map((piece) => ({ ...piece, from: piece.from - job.warmup, to: piece.to - job.warmup })),
    }),
  },
  {
    what: 'does not count retries as load',
    outcome: ({ statistics, ...rest }) => {
      const retries = statistics.flows.reduce((sum, flow) => sum + flow.retries, 0)
      const fewer = statistics.resources.map((resource) => ({
        ...resource,
        instances: resource.instances.map((copy) => ({ ...copy, served: Math.max(0, copy.served - retries) })),
      }))
      return { ...rest, statistics: { ...statistics, resources: fewer } }
    },
  },
]

const simulatorOf =
  ({
    model: changed = (model) => model,
    job: another = (job) => job,
    outcome: made = (outcome) => outcome,
  }: Omit<Mistake, 'what'>): Simulator =>
  (model, options) => {
    const { seed = 1, precision = null, duration = null, replications = null, eventsMax = Infinity } = options ?? {}
    const plan = planRuns(changed(model), { seed, precision, duration, replications, eventsMax })
    let step = plan.next()
    // The first job is the pilot's, which finds the warm-up.
    for (let round = 0; !step.done; round++) {
      const isPilot = round === 0
      const outcomes = step.value.map((job) => made(playWhole(isPilot ? job : another(job))))
      step = plan.next({ outcomes, stopped: null })
    }
    const { model: last, outcomes, warmup, timeline, status, trust, explored } = step.value
    return summarize(last, outcomes, {
      hash: '',
      seed,
      warmup,
      status,
      wall: 0,
      timeline,
      trust,
      unknowns: [],
      explored,
    })
  }

function playWhole(job: Job): Outcome {
  const run = play(job)
  let step = run.next()
  while (!step.done) step = run.next(false)
  return step.value
}

/** Not that it is undecided: the runs are short here. */
const fails = (theory: TheoryCase, simulator: Simulator): boolean =>
  judge(theory, simulator, 0).rows.some(({ verdict }) => verdict === 'differs')

describe('a simulator that is wrong fails', () => {
  it('and one that is right does not', () => {
    expect(cases.filter((theory) => fails(theory, simulatorOf({}))).map(({ id }) => id)).toEqual([])
  })

  it.each(mistakes)('when it $what', (mistake) => {
    const simulator = simulatorOf(mistake)
    expect(cases.some((theory) => fails(theory, simulator))).toBe(true)
  })
})
