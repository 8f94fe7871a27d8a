import { EventSet } from '../base/event-set.ts'
import { meanOf } from '../model/distribution.ts'
import type { Model } from '../model/model.ts'
import type { Caches } from './caches.ts'
import { createCaches } from './caches.ts'
import { Copies } from './copies.ts'
import { createEjections, type Ejections } from './ejections.ts'
import { INTS, KEYS, LIFE, PARENT, SERIAL, WAKE } from './field.ts'
import { Cuts } from './cuts.ts'
import { Fleet } from './fleet.ts'
import { Breakers, Budgets, Limiters } from './guards.ts'
import { Keys } from './keys.ts'
import { Layout } from './layout.ts'
import { createLogs, type Logs } from './log-state.ts'
import { createLosses, type Losses } from './losses.ts'
import { Measures } from './measures.ts'
import * as op from './op.ts'
import { compileProgram, type Program } from './program.ts'
import { Ready } from './ready.ts'
import { Records } from './records.ts'
import type { Sampler } from './sampler.ts'
import { Scalers } from './scalers.ts'
import { createSources, type SourceState } from './source-state.ts'
import { Streams } from './streams.ts'

/** The whole state of a running simulation. The other files are functions over it, by concern. */
export class Kernel {
  readonly model: Model
  readonly streams: Streams
  readonly layout: Layout
  readonly events: EventSet
  readonly program: Program
  readonly records: Records
  readonly ready = new Ready()
  readonly copies: Copies
  readonly limiters: Limiters
  readonly breakers: Breakers
  readonly budgets: Budgets
  readonly fleet: Fleet
  readonly keys: Keys
  readonly caches: Caches
  readonly logs: Logs
  readonly sources: readonly SourceState[]
  readonly scalers: Scalers
  /** 1: the fault is on. */
  readonly faultsOn: Uint8Array
  readonly cuts = new Cuts()
  readonly losses: Losses
  readonly ejections: Ejections | null
  readonly measures: Measures
  /** From place to place: round trips, their means, and the bandwidth. */
  readonly roundTrips: readonly Sampler[]
  readonly distances: Float64Array
  readonly bandwidth: Float64Array
  /** Bytes that crossed each link while measured; null = nobody pays for them. */
  readonly traffic: Float64Array | null
  now = 0

  constructor(model: Model, seed: { readonly seed: number; readonly replication: number }) {
    this.model = model
    this.streams = new Streams(seed.seed, seed.replication)
    this.events = new EventSet((what, tag) => this.isStale(what, tag))
    this.layout = new Layout(model, this.events)
    this.program = compileProgram(model, this.layout, this.streams)
    this.records = new Records(this.program.depths, this.program.slots)
    this.copies = new Copies(this, this)
    this.limiters = new Limiters(model, this.layout)
    this.breakers = new Breakers(model, this.layout)
    this.budgets = new Budgets(model, this.layout)
    this.fleet = new Fleet(model)
    this.keys = new Keys(model, this.program, this.streams)
    this.caches = createCaches(this)
    this.logs = createLogs(this)
    this.sources = createSources(model, this.streams)
    this.scalers = new Scalers(model.scalers.map(({ group }) => model.groups[group]?.perShard ?? 1))
    this.faultsOn = new Uint8Array(model.faults.length)
    this.losses = createLosses(model)
    this.ejections = createEjections(model, this.fleet.group.length)
    this.measures = new Measures(model, this.records, this)
    this.roundTrips = model.links.map((link) => this.streams.sampler(link.roundTrip, 'network'))
    this.distances = Float64Array.from(model.links, (link) => meanOf(link.roundTrip))
    this.bandwidth = Float64Array.from(model.links, (link) => link.bandwidth)
    this.traffic = model.links.some(({ price }) => price) ? new Float64Array(model.links.length) : null
  }

  /** Whether what a timer was set for is over. */
  private isStale(what: number, tag: number): boolean {
    const kind = what >> op.KIND_SHIFT
    const index = what & op.INDEX_MASK
    const { records } = this
    if (kind <= op.RETRY) return records.ints[(index << INTS) | WAKE] !== tag
    if (kind <= op.GIVE_UP)
      return records.ints[(index << INTS) | LIFE] !== tag || records.ints[(index << INTS) | PARENT] === -1
    if (kind === op.DEADLINE) return records.ints[(index << INTS) | SERIAL] !== tag
    return false
  }
}

/** Puts a record that is done back to the others. */
export function retire({ records, keys }: Kernel, record: number): void {
  keys.drop(records.ints[(record << INTS) | KEYS] as number)
  records.giveBack(record)
}
