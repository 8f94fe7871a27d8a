import * as field from './field.ts'
import type { Kernel } from './kernel.ts'
import * as op from './op.ts'
import { shapeArea, type SourceState, timeOf } from './source-state.ts'
import { eventOf } from './stations.ts'

/** Schedules the first arrival of every source; closed ones start with all their users thinking. */
export function startSources(kernel: Kernel): void {
  kernel.sources.forEach((state, index) => {
    const { arrivals } = state.source
    if (arrivals.kind === 'closed') {
      for (let user = 0; user < arrivals.population; user++) thinkFrom(kernel, index, state.source.start)
      return
    }
    state.left = state.between.draw() / state.betweenMean
    schedule(kernel, index)
  })
}

function schedule({ sources, events }: Kernel, index: number): void {
  const state = sources[index] as SourceState
  state.serial = (state.serial + 1) | 0
  const rate = state.rate * state.shareSum
  const { shape } = state.source
  const isLevel = shape.length === 0 && rate > 0
  const time = isLevel ? state.mark + state.left / rate : timeOf(shape, state.mark, state.left, rate)
  if (!(time < state.source.end)) return
  events.due = time
  events.pushNext(eventOf(op.ARRIVAL, index), state.serial)
}

/** An arrival is due: the next one is scheduled, and its requests start. @returns the record to go on with */
export function arriveFrom(kernel: Kernel, index: number, tag: number): number {
  const state = kernel.sources[index] as SourceState
  if (tag !== state.serial) return -1
  state.mark = kernel.now
  state.left = state.between.draw() / state.betweenMean
  schedule(kernel, index)
  for (let i = 1; i < state.size; i++) {
    const record = startRequest(kernel, index)
    kernel.ready.push(record, kernel.records.ints[(record << field.INTS) | field.WAKE] as number)
  }
  return startRequest(kernel, index)
}

/** A user of a closed source has an answer, and thinks before it asks again. */
export function think(kernel: Kernel, index: number): void {
  if ((kernel.sources[index] as SourceState).think) thinkFrom(kernel, index, kernel.now)
}

function thinkFrom({ sources, events }: Kernel, index: number, from: number): void {
  const state = sources[index] as SourceState
  const time = timeOf(state.source.shape, from, state.think?.draw() ?? 0, state.shareSum)
  if (time < state.source.end) events.push(time, eventOf(op.THOUGHT, index), 0)
}

/** A user asks. */
export function ask(kernel: Kernel, index: number): number {
  return startRequest(kernel, index)
}

function startRequest(kernel: Kernel, index: number): number {
  const { records, program, keys, measures, now } = kernel
  const state = kernel.sources[index] as SourceState
  const flow = state.onlyFlow >= 0 ? state.onlyFlow : pickFlow(state)
  const record = records.take(op.ROOT, flow)
  records.ints[(record << field.INTS) | field.PC] = program.flowEntries[flow] as number
  records.ints[(record << field.INTS) | field.ORIGIN] = index
  records.ints[(record << field.INTS) | field.CALL_SITE] = -1
  records.floats[(record << field.FLOATS) | field.START] = now
  records.floats[(record << field.FLOATS) | field.DEADLINE] = Infinity
  records.ints[(record << field.INTS) | field.ITEMS] = 1
  records.ints[(record << field.INTS) | field.FOUND] = 0
  records.ints[(record << field.INTS) | field.MISSED] = 0
  records.ints[(record << field.INTS) | field.GROUP] = 1
  records.ints[(record << field.INTS) | field.PLACE] = state.onlyPlace >= 0 ? state.onlyPlace : placeOf(state)
  records.ints[(record << field.INTS) | field.KEYS] = program.usesKeys[flow] === true ? keys.take() : -1
  records.instances[record * records.depths] = -1
  measures.offer(flow, 1)
  return record
}

function pickFlow(state: SourceState): number {
  const { shares, flows } = state
  let left = state.mixStream.uniform() * state.shareSum
  for (let i = 0; i < shares.length - 1; i++) {
    left -= shares[i] as number
    if (left < 0) return flows[i] as number
  }
  return flows.at(-1) ?? 0
}

function placeOf({ source, placeStream }: SourceState): number {
  const { from } = source
  if (from.length < 2) return from[0]?.place ?? -1
  let left = placeStream.uniform()
  for (const { place, share } of from) {
    left -= share
    if (left < 0) return place
  }
  return from.at(-1)?.place ?? -1
}

/** `times` of the load of one flow, or of all: what already came in before the next arrival counts at the old rate. */
export function setBurst(kernel: Kernel, index: number, times: readonly number[]): void {
  const state = kernel.sources[index] as SourceState
  const { now } = kernel
  const from = Math.max(state.mark, state.source.start)
  if (now > from) {
    state.left -= state.rate * state.shareSum * shapeArea(state.source.shape, from, now)
    state.left = Math.max(0, state.left)
    state.mark = now
  }
  state.source.mix.forEach(({ share }, i) => {
    state.shares[i] = share * (times[i] ?? 1)
  })
  state.shareSum = state.shares.reduce((sum, share) => sum + share, 0)
  if (!state.think) schedule(kernel, index)
}
