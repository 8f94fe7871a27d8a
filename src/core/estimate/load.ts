import type { Seconds } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { Actor, Flow } from '../design/design.ts'
import { type Expression, found, number, one, product, quotient, sum, term, zero } from './expression.ts'
import { put, type Sheet } from './sheet.ts'
import { actorSetting, type Subject } from './subject.ts'

/** How often something happens, a second. */
export interface Rate {
  /** At the highest point of the day. */
  readonly peak: Expression
  /** On average over a day. */
  readonly mean: Expression
}

export const SECONDS_PER_DAY: Seconds = 86_400
export const day = number(SECONDS_PER_DAY, '86 400 s')

/** Starts of every flow that an actor or a schedule starts, with its lines. */
export function loadLines(subject: Subject, sheet: Sheet): ReadonlyMap<string, Rate> {
  const { design } = subject
  const rates = new Map<string, Rate>()
  for (const flow of design.flows.values()) {
    const rate = startsOf(subject, flow)
    if (rate === null) continue
    rates.set(flow.id, putRate(sheet, flow.id, rate))
  }
  for (const actor of design.actors.values()) if (!actor.isHostile) gapOf(sheet, actor)
  if (rates.size === 0)
    sheet.gaps.push({
      section: 'load',
      subject: 'the design',
      missing: 'how many requests there are',
      write: 'load: { visitors: { users: 1 M, does: { view: 8 per user per day }, peak: 2.5x } }',
      where: 'at the top',
      at: null,
    })
  return rates
}

/** Machines are counted for the peak and storage for the average: one of the two is often left out. */
function gapOf(sheet: Sheet, { id, people, shape, demand, span, written }: Actor): void {
  const say = (missing: string, write: string): void => {
    const where = `in load.${id}`
    sheet.gaps.push({ section: 'load', subject: id, missing, write, where, at: span })
  }
  if (people !== null && written.get('peak') === undefined && shape.length === 0)
    say('how much higher the peak is than the average: they are taken to be the same', 'peak: 2.5x')
  if (people === null && demand.kind === 'rate' && shape.length === 0)
    say('how the load goes over a day: the rate is taken for peak and average', 'shape: daily(low 30% peak 20:00)')
}

/** `load.view.peak`, `.mean` and `.day`. */
export function putRate(sheet: Sheet, flow: string, { peak, mean }: Rate, what = 'requests'): Rate {
  const line = (figure: string, name: string, value: Expression): Expression =>
    put(
      sheet,
      {
        id: `load.${flow}.${figure}`,
        section: 'load',
        subject: flow,
        name,
        called: `${figure === 'mean' ? 'average' : figure} of ${flow}`,
        unit: figure === 'day' ? 'count' : 'per-second',
      },
      value,
    )
  const found = {
    peak: line('peak', `${what} a second at the peak`, peak),
    mean: line('mean', `${what} a second on average`, mean),
  }
  line('day', `${what} a day`, product(found.mean, day))
  return found
}

function startsOf(subject: Subject, { id, trigger }: Flow): Rate | null {
  if (trigger.kind === 'consume') return null
  if (trigger.kind === 'every') {
    const interval = term({
      name: 'every',
      value: trigger.interval,
      unit: 'seconds',
      from: {
        kind: 'written',
        path: `flows.${id}.every`,
        text: '',
        at: subject.design.flows.get(id)?.span ?? none,
        assumes: [],
      },
    })
    const rate = quotient(number(1), interval)
    return { peak: rate, mean: rate }
  }
  const parts = [...subject.design.actors.values()]
    // Attackers are no load to build for.
    .filter(({ isHostile }) => !isHostile)
    .flatMap((actor) => startedBy(subject, actor, id))
  return parts.length === 0
    ? null
    : { peak: sum(...parts.map(({ peak }) => peak)), mean: sum(...parts.map(({ mean }) => mean)) }
}

const none = { file: '', line: 1, column: 1, offset: 0, endOffset: 0 }

function startedBy(subject: Subject, actor: Actor, flow: string): readonly Rate[] {
  const share = actor.mix.find((one) => one.flow === flow)?.share ?? 0
  if (share === 0) return []
  const { high, mean } = shapeOf(subject, actor)
  if (actor.people !== null) return [byPeople(subject, actor, flow, high)]
  const part = actorSetting(subject, actor, `mix.${flow}`, { name: `share of ${flow}`, value: share, unit: 'ratio' })
  const all = actor.demand.kind === 'closed' ? closedRate(subject, actor) : rateOf(subject, actor, actor.demand.rate)
  const mix = actor.mix.length === 1 ? one : part
  return [{ peak: product(all, mix, high), mean: product(all, mix, mean) }]
}

const rateOf = (subject: Subject, actor: Actor, value: number): Expression =>
  actorSetting(subject, actor, 'rate', { name: `rate of ${actor.id}`, value, unit: 'per-second' })

/** What each does is an average over the day; `peak` is over that. */
function byPeople(subject: Subject, actor: Actor, flow: string, high: Expression): Rate {
  const { people } = actor
  if (people === null) return { peak: zero, mean: zero }
  const users = actorSetting(subject, actor, 'users', { name: actor.id, value: people.users, unit: 'count' })
  const does = people.does.get(flow) ?? 0
  const each = actorSetting(subject, actor, `does.${flow}`, {
    name: `${flow} of each`,
    value: does,
    unit: 'per-second',
  })
  const peak = actorSetting(subject, actor, 'peak', { name: 'peak over average', value: people.peak, unit: 'count' })
  const mean = product(users, each)
  return { mean, peak: product(mean, people.peak === 1 ? one : peak, high) }
}

/** Each user asks, waits for the answer and thinks. */
function closedRate(subject: Subject, actor: Actor): Expression {
  const { demand } = actor
  if (demand.kind !== 'closed') return zero
  const { population, think } = demand
  const people = actorSetting(subject, actor, 'population', { name: actor.id, value: population, unit: 'count' })
  const pause = actorSetting(subject, actor, 'think', { name: 'think time', value: meanOf(think), unit: 'seconds' })
  const { model, offered } = subject
  const answer = actor.mix.reduce((total, { flow, share }) => {
    const time = offered.flows[model.flows.findIndex(({ id }) => id === flow)]?.time ?? 0
    return total + share * time
  }, 0)
  const time = term({
    name: 'response time',
    value: answer,
    unit: 'seconds',
    from: { kind: 'solved', how: 'sum of the mean times of its steps, without any waiting' },
  })
  return quotient(people, sum(pause, time))
}

/** Of the shape of the load over time: its highest point, and its mean over whole days. */
function shapeOf(subject: Subject, actor: Actor): { readonly high: Expression; readonly mean: Expression } {
  const { shape } = actor
  if (shape.length === 0) return { high: one, mean: one }
  const high = Math.max(...shape.map(({ times }) => times))
  const from = actorSetting(subject, actor, 'shape', { name: 'shape', value: high, unit: 'ratio' }).inputs
  const last = shape.at(-1)
  const isWholeDays = last !== undefined && last.at >= SECONDS_PER_DAY && last.at % SECONDS_PER_DAY === 0
  // A spike or a ramp is no day: what holds afterwards is what usually holds.
  const mean = isWholeDays ? areaUnder(shape) / last.at : (last?.times ?? 1)
  return {
    high: high === 1 ? one : found(high, 'highest point of the shape', from),
    mean: mean === 1 ? one : found(mean, 'mean of the shape', from),
  }
}

/** Straight lines between the points; before the first it is as high as there. */
function areaUnder(shape: Actor['shape']): number {
  let area = (shape[0]?.at ?? 0) * (shape[0]?.times ?? 1)
  for (const [i, { at, times }] of shape.entries()) {
    const next = shape[i + 1]
    if (next !== undefined) area += ((times + next.times) / 2) * (next.at - at)
  }
  return area
}
