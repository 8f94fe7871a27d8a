import type { Seconds } from '../base/units.ts'
import type { Model, Source } from '../model/model.ts'
import { relativeHalfWidth, sum } from './estimate.ts'
import { flowResults } from './flows.ts'
import { seconds } from './format.ts'
import type { Job, Outcome } from './outcome.ts'
import { type Pilot, pilotJob, readPilot } from './pilot.ts'
import type { Result } from './result.ts'
import { verdicts } from './summarize.ts'
import { settlingTime } from './settling.ts'
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
  /** Number of replications; null = chosen, 5 or more (3 or more for an expensive course of faults). */
  readonly replications: number | null
  /** Events that all replications together may cost; Infinity = only the caller's clock ends it. */
  readonly eventsMax: number
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
  const schedule = hasCourse(model) ? course(model, pilot, options) : steady(model, pilot, options)
  return yield* rounds(schedule, options)
}

const unplayed = (model: Model, outcomes: readonly Outcome[], status: Result['status']): Played => ({
  model,
  outcomes,
  warmup: 0,
  timeline: null,
  status,
  trust: ['stopped before the first replication was done'],
})

interface Schedule {
  readonly job: Omit<Job, 'replication'>
  readonly replications: number
  readonly eventsPerJob: number
  readonly timeline: Timeline | null
  readonly trust: readonly string[]
}

function* rounds(schedule: Schedule, options: PlanOptions): Generator<readonly Job[], Played, Feed> {
  const outcomes: Outcome[] = []
  const played = (status: Result['status']): Played => ({
    model: schedule.job.model,
    outcomes,
    warmup: schedule.job.warmup,
    timeline: schedule.timeline,
    status,
    trust: [...schedule.trust, ...cutNote(outcomes)],
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
    if (options.replications !== null) return played('complete')
    const spent = sum(outcomes.map((outcome) => outcome.events))
    const next = Math.min(2 * wanted, wanted + Math.floor((options.eventsMax - spent) / schedule.eventsPerJob), 640)
    if (need === 'nothing') return played('complete')
    if (next <= wanted) return played(need === 'more' ? 'budget-spent' : 'complete')
    wanted = next
  }
}

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

const FIRST_REPLICATIONS = 5
const FIRST_EVENTS = 300_000

/** Every replication: warm up, then measure for a while. */
function steady(written: Model, pilot: Pilot, options: PlanOptions): Schedule {
  const budget = Number.isFinite(options.eventsMax) ? options.eventsMax / 2 : Infinity
  const affordable = budget / FIRST_REPLICATIONS / pilot.eventRate
  const shaped = shapeEnd(written)
  const isShapePlayed = shaped > 0 && shaped <= affordable && options.duration === null
  const model = shaped > 0 && !isShapePlayed ? atPeak(written) : written
  const wanted = Math.max(FIRST_EVENTS / pilot.eventRate, 100 * pilot.memory)
  const length = options.duration ?? (isShapePlayed ? shaped : Math.min(wanted, affordable))
  const warmup = Math.min(Math.max(pilot.warmup, scalerTime(model, length)), options.duration ?? length / 2)
  const eventsPerJob = (warmup + length) * pilot.eventRate
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
    replications: FIRST_REPLICATIONS,
    eventsPerJob,
    timeline: null,
    trust: [...shapeNote(shaped, isShapePlayed), ...scalerNote(model, length)],
  }
}

/** Long enough to let autoscalers find their place, if that takes less than a third of the run. */
function scalerTime(model: Model, length: Seconds): Seconds {
  const longest = Math.max(0, ...model.scalers.map((scaler) => 3 * (scaler.react + scaler.startDelay)))
  return longest < length / 3 ? longest : 0
}

function scalerNote(model: Model, length: Seconds): readonly string[] {
  return model.scalers
    .filter((scaler) => scaler.react + scaler.startDelay > length)
    .map((scaler) => {
      const id = model.groups[scaler.group]?.component ?? ''
      const needs = seconds(scaler.react + scaler.startDelay)
      return `autoscaling of ${id} takes ${needs}, longer than the ${seconds(length)} simulated: it never acts`
    })
}

const shapeNote = (shaped: Seconds, isPlayed: boolean): readonly string[] =>
  shaped === 0 || isPlayed ? [] : [`load held at its peak: its shape over ${seconds(shaped)} is too long to play`]

/** Watched after the last thing that happens, in the scenario's own time. */
const TAIL: Seconds = 60

/**
 * Every replication plays the course of the scenario once: before, during, after. What follows each change is played as
 * written; of the long steady stretches a part stands for the whole.
 */
function course(written: Model, pilot: Pilot, options: PlanOptions): Schedule {
  const held = shapeEnd(written) > 0 ? atPeak(written) : written
  const times = moments(held)
  const recovery = Math.max(0, ...held.objectives.map((o) => (o.indicator === 'recovered-within' ? 1.5 * o.target : 0)))
  const end = (times.at(-1) ?? 0) + Math.max(TAIL, recovery)
  const rate = pilot.eventRate * surge(held)
  const cheap = options.eventsMax / FIRST_REPLICATIONS / rate
  const replications = cheap >= end ? FIRST_REPLICATIONS : 3
  const total = options.duration ?? options.eventsMax / replications / rate
  const head = settlingTime(held, pilot)
  const isWatched = held.objectives.some((o) => o.indicator === 'recovered-within' || o.indicator === 'no-metastable')
  const tail = isWatched ? end - (times.at(-1) ?? 0) : 0
  const timeline = pace([...times, end], { lead: Math.max(pilot.warmup * 2, total / 20), head, tail, total })
  const model = retime(held, timeline)
  const playedEnd = timeline.played.at(-1) ?? end
  const window = judgedWindow(model, playedEnd)
  return {
    job: {
      model,
      seed: options.seed,
      warmup: Math.min(pilot.warmup, window.from / 2),
      judged: judgedPieces(timeline, window),
      end: playedEnd,
      sliceLength: playedEnd / 200,
      eventsMax: 3 * playedEnd * rate + 1e6,
    },
    replications,
    eventsPerJob: playedEnd * rate,
    timeline,
    trust: [
      ...shapeNote(shapeEnd(written), false),
      ...sampledNote(timeline, head),
      ...scalerNote(model, window.to - window.from),
    ],
  }
}

/** Long stretches were sampled; and where even what follows a change was cut, the figures are rough. */
function sampledNote({ written, played }: Timeline, head: Seconds): readonly string[] {
  if (written === played) return []
  const [whole, part] = [written.at(-1) ?? 0, played.at(-1) ?? 0]
  const full = Math.min(
    ...played.slice(1).map((t, i) => (isFull({ written, played }, i + 1) ? t - (played[i] ?? 0) : Infinity)),
  )
  const note = `${seconds(part)} of ${seconds(whole)} were played: steady stretches by a sample`
  if (full >= 0.99 * head || !Number.isFinite(full)) return [note]
  return [
    `${note}, and only ${seconds(full)} of the ${seconds(head)} in which a change settles: --budget 60s plays more`,
  ]
}

const isFull = ({ written, played }: Timeline, i: number): boolean =>
  Math.abs((written[i] ?? 0) - (written[i - 1] ?? 0) - ((played[i] ?? 0) - (played[i - 1] ?? 0))) < 1e-9

/** The highest load of the course as a multiple of the load at its start. */
function surge(model: Model): number {
  const rate = (source: Source): number => ('rate' in source.arrivals ? source.arrivals.rate : 0)
  const start = sum(model.sources.filter((source) => source.start === 0).map(rate))
  const all = sum(model.sources.map(rate))
  const burst = Math.max(1, ...model.faults.map(({ action }) => (action.kind === 'burst' ? action.times : 1)))
  return Math.max(1, burst, start > 0 ? all / start : 1)
}
