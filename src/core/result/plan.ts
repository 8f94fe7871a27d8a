import type { Seconds } from '../base/units.ts'
import type { Model, Source } from '../model/model.ts'
import type { Worlds } from '../model/world.ts'
import { relativeHalfWidth, sum } from './estimate.ts'
import { explore, type Explored } from './explore.ts'
import { flowResults } from './flows.ts'
import { seconds } from './format.ts'
import type { Job, Outcome } from './outcome.ts'
import { type Pilot, pilotJob, readPilot } from './pilot.ts'
import { watchFor } from './recovery.ts'
import type { Result } from './result.ts'
import { verdicts } from './summarize.ts'
import { controlTime, hasten, type Settling, settlingOf, shippingTime } from './settling.ts'
import {
  atPeak,
  hasCourse,
  judgedPieces,
  judgedWindow,
  moments,
  pace,
  retime,
  shapeEnd,
  type Timeline,
} from './timeline.ts'

export interface PlanOptions {
  readonly seed: number
  /**
   * Wanted relative half-width of each flow's mean, p50 and p99; null = 5 %, and never the reason to call a
   * result unfinished.
   */
  readonly precision: number | null
  /** Measured simulated time of each replication; null = chosen. */
  readonly duration: Seconds | null
  /** Number of replications; null = chosen, 5 or more (3 or more for an expensive model). */
  readonly replications: number | null
  /** Events that all replications together may cost; Infinity = only the caller's clock ends it. */
  readonly eventsMax: number
  /** What the design may be, as far as it is not known; null or absent = played as it is written. */
  readonly worlds?: Worlds | null
  /** Events that its worlds together may cost; a quarter of `eventsMax` if absent. */
  readonly worldEventsMax?: number
}

/** What the caller played of the jobs it was given, in their order; `stopped`: why it will play no more. */
export interface Feed {
  readonly outcomes: readonly Outcome[]
  readonly stopped: 'budget-spent' | 'partial' | null
}

export interface Played {
  /** As played: times moved, rates held. */
  readonly model: Model
  readonly outcomes: readonly Outcome[]
  readonly warmup: Seconds
  readonly timeline: Timeline | null
  readonly status: Result['status']
  readonly trust: readonly string[]
  readonly explored: Explored
}

/**
 * Run-length control: yields jobs, is fed their outcomes, and ends when the figures are good enough. A pilot gives the
 * cost and the warm-up; then rounds of 5, 10, 20 … independent replications until every objective is decided and every
 * flow's mean, p50 and p99 is as precise as asked, or the events are spent. Decides by statistics alone, never by the
 * clock, so that the same seed gives the same numbers on any machine; only `stopped` cuts it short.
 */
export function* planRuns(model: Model, options: PlanOptions): Generator<readonly Job[], Played, Feed> {
  const first = yield [pilotJob(model, options.seed)]
  const piloted = first.outcomes[0]
  if (!piloted || first.stopped !== null) return unplayed(model, first.outcomes, first.stopped ?? 'partial')
  const pilot = readPilot(model, piloted)
  if (!hasCourse(model)) return yield* rounds(steady(model, pilot, options), options)
  const surged = atSurge(model)
  const second = surged === null ? null : yield [pilotJob(surged, options.seed)]
  const surge = second?.outcomes[0]
  const rate = surge === undefined ? pilot.eventRate : Math.max(pilot.eventRate, readPilot(model, surge).eventRate)
  const schedule = course(model, { ...pilot, eventRate: rate }, options)
  return yield* rounds(schedule, options)
}

/** What a scenario does was not reached: what was seen before it says nothing of it. */
const unplayed = (model: Model, outcomes: readonly Outcome[], status: Result['status']): Played => ({
  model,
  outcomes: hasCourse(model) ? [] : outcomes,
  warmup: 0,
  timeline: null,
  status,
  trust: ['stopped before the first replication was done'],
  explored: unexplored,
})

const unexplored: Explored = { worlds: [], note: null }

interface Schedule {
  readonly job: Omit<Job, 'replication'>
  readonly replications: number
  readonly eventsPerJob: number
  /** What was done to the model before it is played. */
  readonly shape: (model: Model) => Model
  readonly timeline: Timeline | null
  readonly trust: readonly string[]
}

function* rounds(schedule: Schedule, options: PlanOptions): Generator<readonly Job[], Played, Feed> {
  const outcomes: Outcome[] = []
  let explored = unexplored
  const played = (status: Result['status']): Played => ({
    model: schedule.job.model,
    outcomes,
    warmup: schedule.job.warmup,
    timeline: schedule.timeline,
    status,
    trust: [...schedule.trust, ...cutNote(outcomes), ...(explored.note === null ? [] : [explored.note])],
    explored,
  })
  let wanted = options.replications ?? schedule.replications
  for (;;) {
    const jobs = Array.from({ length: wanted - outcomes.length }, (_, i) => ({
      ...schedule.job,
      replication: outcomes.length + i,
    }))
    const feed = yield jobs
    outcomes.push(...feed.outcomes)
    const need = outcomes.length < 2 ? 'more' : needs(schedule.job.model, outcomes, options)
    if (feed.stopped !== null) return played(need === 'nothing' ? 'complete' : feed.stopped)
    // Before the precision is worked on, which may take all the time there is.
    if (explored === unexplored && options.worlds) explored = yield* exploring(schedule, options, options.worlds)
    if (options.replications !== null) return played('complete')
    const spent = sum(outcomes.map((outcome) => outcome.events))
    const left = (need === 'nice' ? Math.min(options.eventsMax, NICE_EVENTS) : options.eventsMax) - spent
    const next = Math.min(2 * wanted, wanted + Math.floor(left / schedule.eventsPerJob), 640)
    if (need === 'nothing') return played('complete')
    if (next <= wanted) return played(need === 'more' ? 'budget-spent' : 'complete')
    wanted = next
  }
}

const exploring = (
  { job, eventsPerJob, shape, timeline }: Schedule,
  { seed, eventsMax, worldEventsMax = eventsMax / 4 }: PlanOptions,
  worlds: Worlds,
): Generator<readonly Job[], Explored, Feed> =>
  explore({ job, eventsPerJob, shape, isSteady: timeline === null }, { worlds, seed, eventsMax: worldEventsMax })

/** `nice`: everything is decided, and only the precision nobody asked for is not reached. */
function needs(
  model: Model,
  outcomes: readonly Outcome[],
  { precision, duration }: PlanOptions,
): 'nothing' | 'nice' | 'more' {
  const isOpen = verdicts(model, outcomes).includes('undecided')
  if (isOpen) return duration === null ? 'more' : 'nothing'
  if (duration !== null && precision === null) return 'nothing'
  const flows = Object.values(
    flowResults(
      model,
      outcomes.map((outcome) => outcome.statistics),
    ),
  )
  const widths = flows
    .filter((flow) => (flow.arrival_rate_per_s.value ?? 0) > 0)
    .flatMap(({ response_time_s: r }) => [r.mean, r.p50, r.p99].map(relativeHalfWidth))
  if (Math.max(0, ...widths) <= (precision ?? 0.05)) return 'nothing'
  return precision === null ? 'nice' : 'more'
}

const cutNote = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.some((outcome) => outcome.isCut) ? ['some replications were stopped before their end'] : []

/** What precision that nobody asked for may cost once everything is decided. */
const NICE_EVENTS = 6e6
const FIRST_REPLICATIONS = 5
const FIRST_EVENTS = 300_000

/** Every replication: warm up, then measure for a while. */
function steady(written: Model, pilot: Pilot, options: PlanOptions): Schedule {
  const budget = Number.isFinite(options.eventsMax) ? options.eventsMax / 2 : Infinity
  const affordable = budget / FIRST_REPLICATIONS / pilot.eventRate
  const shaped = shapeEnd(written)
  const isShapePlayed = shaped > 0 && shaped <= affordable && options.duration === null
  const held = shaped > 0 && !isShapePlayed ? atPeak(written) : written
  const settling = settlingOf(held, pilot)
  const wanted = Math.max(FIRST_EVENTS / pilot.eventRate, 100 * pilot.memory)
  const length = options.duration ?? (isShapePlayed ? shaped : Math.min(wanted, affordable))
  const factor = hasteFor(settling, affordable / 2)
  const isHeld = held !== written
  const shape = (model: Model): Model => hasten(isHeld ? atPeak(model) : model, factor, settling)
  const model = shape(written)
  const most = Math.max(length, affordable / 2)
  const shipping = shippingTime(model)
  const fast = Math.min(Math.max(pilot.warmup, settling.fast, shipping <= most ? shipping : 0), most)
  const warmup = fast + controlTime(model)
  const eventsPerJob = (warmup + length) * pilot.eventRate
  // A long warm-up is paid in every replication: then there are fewer of them.
  const replications = warmup > length ? 3 : FIRST_REPLICATIONS
  return {
    job: {
      model,
      seed: options.seed,
      warmup,
      judged: [{ from: warmup, to: warmup + length, weight: 1 }],
      end: warmup + length,
      sliceLength: length / 100,
      eventsMax: options.duration === null ? 4 * eventsPerJob + 1e6 : Infinity,
    },
    replications,
    eventsPerJob,
    shape,
    timeline: null,
    trust: [...shapeNote(shaped, isShapePlayed), ...hasteNote(factor), ...shippingNote(shipping, warmup)],
  }
}

/** Never faster than this, or what is watched could not be told from chance. */
const HASTE_MOST = 0.002

/** How much the watching has to be sped up to fit, with the fast part, into this time; 1 = not at all. */
function hasteFor({ fast, control }: Settling, time: Seconds): number {
  if (control === 0) return 1
  return Math.min(1, Math.max(HASTE_MOST, (time - fast) / control))
}

const hasteNote = (factor: number): readonly string[] =>
  factor >= 1
    ? []
    : [
        `health checks, breakers and autoscaling act ${Math.round(1 / factor)}× as fast as written, for time; --budget 60s: less so`,
      ]

const shapeNote = (shaped: Seconds, isPlayed: boolean): readonly string[] =>
  shaped === 0 || isPlayed ? [] : [`load held at its peak: its shape over ${seconds(shaped)} is too long to play`]

/** Who is told of messages that have not arrived yet would look idle, and those that have look young. */
const shippingNote = (every: Seconds, warmup: Seconds): readonly string[] =>
  every <= warmup
    ? []
    : [
        `${seconds(warmup)} of warm-up are too short for messages that are shipped every ${seconds(every)}: who consumes them` +
          ' looks idler and faster than it is; --budget 60s plays longer',
      ]

/** Watched after the last thing that happens, in the scenario's own time. */
const TAIL: Seconds = 60
/** The same where the question is whether the system recovers by itself: a backlog near the limit drains slowly. */
const PATIENT_TAIL: Seconds = 300

/**
 * Every replication plays the course of the scenario once: before, during, after. What follows each change is played as
 * written; of the long steady stretches a part stands for the whole.
 */
function course(written: Model, pilot: Pilot, options: PlanOptions): Schedule {
  const held = shapeEnd(written) > 0 ? atPeak(written) : written
  const times = moments(held)
  const recovery = held.objectives.map((o) => (o.indicator === 'recovered-within' ? watchFor(o.target) : 0))
  const rate = pilot.eventRate
  const isPatient = held.objectives.some((o) => o.indicator === 'no-metastable')
  const patience = isPatient ? Math.min(PATIENT_TAIL, options.eventsMax / FIRST_REPLICATIONS / rate / 2) : 0
  const end = (times.at(-1) ?? 0) + Math.max(TAIL, patience, ...recovery)
  const cheap = options.eventsMax / FIRST_REPLICATIONS / rate
  const replications = cheap >= end ? FIRST_REPLICATIONS : 3
  const total = options.duration ?? options.eventsMax / replications / rate
  const settling = settlingOf(held, pilot)
  const lead = Math.max(pilot.warmup, settling.fast)
  const factor = hasteFor(settling, (0.6 * total - lead) / Math.max(1, times.length))
  const head = settling.fast + controlTime(hasten(held, factor, settling))
  const isWatched = held.objectives.some((o) => o.indicator === 'recovered-within' || o.indicator === 'no-metastable')
  const tail = isWatched ? end - (times.at(-1) ?? 0) : 0
  const slow = settling.fast + settling.control
  const timeline = { ...pace([...times, end], { lead: 1.5 * lead, head, slow, tail, total }), haste: factor }
  const isHeld = held !== written
  const shape = (model: Model): Model => hasten(retime(isHeld ? atPeak(model) : model, timeline), factor, settling)
  const model = shape(written)
  const playedEnd = timeline.played.at(-1) ?? end
  const window = judgedWindow(model, playedEnd)
  return {
    job: {
      model,
      seed: options.seed,
      warmup: Math.min(lead, window.from / 2),
      judged: judgedPieces(timeline, window),
      end: playedEnd,
      sliceLength: playedEnd / 200,
      eventsMax: 3 * playedEnd * rate + 1e6,
    },
    replications,
    eventsPerJob: playedEnd * rate,
    shape,
    timeline,
    trust: [
      ...shapeNote(shapeEnd(written), false),
      ...sampledNote(timeline),
      ...hasteNote(timeline.written === timeline.played ? 1 : factor),
      ...shippingNote(shippingTime(model), timeline.played[0] ?? 0),
    ],
  }
}

/** Long stretches were sampled. */
function sampledNote({ written, played }: Timeline): readonly string[] {
  if (written === played) return []
  const [whole, part] = [written.at(-1) ?? 0, played.at(-1) ?? 0]
  return [`${seconds(part)} of ${seconds(whole)} were played: what follows a change, and samples of the steady rest`]
}

/** The model with all that a scenario brings in load there from the start; null = it brings none. */
function atSurge(model: Model): Model | null {
  const bursts = model.faults.filter(({ action }) => action.kind === 'burst')
  const isLate = ({ start }: Source): boolean => start > 0
  if (bursts.length === 0 && !model.sources.some(isLate)) return null
  return {
    ...model,
    sources: model.sources.map((source) => (isLate(source) ? { ...source, start: 0, end: Infinity } : source)),
    faults: bursts.map((fault) => ({ ...fault, start: 0, end: Infinity })),
  }
}
