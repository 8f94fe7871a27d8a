import type { Pool, Station } from '../model/resource.ts'
import { Codel } from './codel.ts'
import { Environments } from './environments.ts'
import type { Sampler } from './sampler.ts'
import { Sharing } from './sharing.ts'

export const FIFO = 0
export const LIFO = 1
export const PRIORITY = 2
export const PREEMPTIVE = 3
export const PROCESSOR_SHARING = 4

const orders: Readonly<Record<Station['discipline'] | Pool['order'], number>> = {
  fifo: FIFO,
  lifo: LIFO,
  priority: PRIORITY,
  preemptive: PREEMPTIVE,
  ps: PROCESSOR_SHARING,
}

/** Which copy of which resource, how many queues it has, and how long the waiting wait. */
interface Identity {
  readonly number: number
  readonly resource: number
  readonly instance: number
  readonly levels: number
  readonly firstList: number
  readonly impatience: Sampler | null
}

/**
 * One copy of a station or pool: servers (slots) in use, how many wait, and the areas under both. An object, because
 * copies are few and a number in a field costs less than one in an array.
 */
export class Copy {
  /** Among all copies. */
  readonly number: number
  readonly resource: number
  readonly instance: number
  readonly isPool: boolean
  readonly order: number
  readonly servers: number
  readonly room: number
  readonly dropsOldest: boolean
  /** Pools: longest wait. */
  readonly patience: number
  /** Stations: the law of the longest wait; null: endless. */
  readonly impatience: Sampler | null
  /** Pools: who waited too long is dropped; null: nobody. */
  readonly codel: Codel | null
  /** Pools whose slots have to be started: those that are there; null: all of them. */
  readonly environments: Environments | null
  /** Whoever gives a slot back has more to do than to pass it on. */
  readonly isWatched: boolean
  /** State of processor sharing. */
  readonly sharing: Sharing | null
  /** Its queues, one for each priority that is used there, and the number of the first. */
  readonly levels: number
  readonly firstList: number

  busy = 0
  queued = 0
  /** In service when the station broke down: they count as waiting until it works again. */
  suspended = 0
  /** Broken down. */
  isDown = false
  /** Counts as capacity: its instance is up and part of the group. */
  isOpen = true
  /** Times by which work takes longer, and which life of the copy this is (a crash starts a new one). */
  slow = 1
  epoch = 0

  /** Until when the areas are made up. */
  touched = 0
  busyArea = 0
  queueArea = 0
  capacityArea = 0
  capacityFrom = 0
  capacityBusy = 0
  queueMax = 0
  arrivals = 0
  served = 0
  rejected = 0
  waitTotal = 0
  /** Waits of those who left without being served. */
  waitLost = 0
  serviceTotal = 0
  /** First second in which it was 99 % busy; NaN: none yet. */
  fullSince = Number.NaN
  private windowStart = 0
  private windowBusy = 0
  private readonly clock: { readonly now: number }

  constructor(resource: Station | Pool, identity: Identity, clock: { readonly now: number }) {
    const isPool = resource.kind === 'pool'
    this.number = identity.number
    this.resource = identity.resource
    this.instance = identity.instance
    this.isPool = isPool
    this.order = orders[isPool ? resource.order : resource.discipline]
    this.servers = isPool ? resource.slots : resource.servers
    this.room = resource.waitingRoom
    this.dropsOldest = resource.whenFull === 'drop-oldest'
    this.patience = isPool ? resource.patience : Infinity
    this.impatience = identity.impatience
    this.codel = resource.kind === 'pool' && resource.shed ? new Codel(resource.shed) : null
    this.environments = resource.kind === 'pool' && resource.starting ? new Environments(resource.starting) : null
    this.isWatched = this.codel !== null || this.environments !== null
    this.sharing = this.order === PROCESSOR_SHARING ? new Sharing() : null
    this.levels = identity.levels
    this.firstList = identity.firstList
    this.clock = clock
  }

  /** Brings the areas up to now; before each change of `busy` or `queued`. */
  touch(): void {
    const { now } = this.clock
    const passed = now - this.touched
    this.touched = now
    this.busyArea += passed * this.busy
    this.queueArea += passed * this.queued
    if (now - this.windowStart >= 1) this.closeWindow()
  }

  /** A second or more is over: was it busy all the time? */
  private closeWindow(): void {
    const { now } = this.clock
    const share = (this.busyArea - this.windowBusy) / ((now - this.windowStart) * this.servers)
    if (share >= 0.99 && Number.isNaN(this.fullSince)) this.fullSince = this.windowStart
    this.windowStart = now
    this.windowBusy = this.busyArea
  }

  /** Brings the capacity up to now: servers while it is open, and while it closes what is still busy. */
  touchCapacity(): void {
    const { now } = this.clock
    this.touch()
    const passed = now - this.capacityFrom
    if (passed > 0) this.capacityArea += this.isOpen ? this.servers * passed : this.busyArea - this.capacityBusy
    this.capacityFrom = now
    this.capacityBusy = this.busyArea
  }

  setOpen(isOpen: boolean): void {
    this.touchCapacity()
    this.isOpen = isOpen
  }

  /** Forgets all sums. */
  clear(): void {
    this.touchCapacity()
    this.environments?.forget()
    this.busyArea = 0
    this.queueArea = 0
    this.capacityArea = 0
    this.capacityBusy = 0
    this.arrivals = 0
    this.served = 0
    this.rejected = 0
    this.waitTotal = 0
    this.waitLost = 0
    this.serviceTotal = 0
    this.windowBusy = 0
    this.queueMax = this.queued
    this.fullSince = Number.NaN
    this.windowStart = this.clock.now
  }
}
