import { unreachable } from '../base/assert.ts'
import { failures } from '../model/error.ts'
import type { Model } from '../model/model.ts'
import type { Attempt, Choose, Hold, Insert, Probe, Publish, Serve, Step } from '../model/step.ts'
import { instancesOf, type Layout } from './layout.ts'
import * as op from './op.ts'
import { admitSite } from './program-admit.ts'
import { emitCall } from './program-call.ts'
import { wayThrough } from './plain.ts'
import { emitLookup, emitParallel, emitRepeat } from './program-nest.ts'
import type {
  AdmitSite,
  CacheSite,
  CallSite,
  ChooseSite,
  DelaySite,
  FailSite,
  ForkSite,
  HoldSite,
  LookupSite,
  PublishSite,
  RepeatSite,
  Replication,
  ServeSite,
} from './sites.ts'
import { registerCode } from './sites.ts'
import type { Sampler } from './sampler.ts'
import type { Streams } from './streams.ts'

/** A compiled model: one flat table of instructions, the constants they point to, and where each flow starts. */
export interface Program {
  readonly code: Int32Array
  readonly scopes: Int32Array
  readonly serves: readonly ServeSite[]
  readonly delays: readonly DelaySite[]
  readonly holds: readonly HoldSite[]
  readonly admits: readonly AdmitSite[]
  readonly calls: readonly CallSite[]
  readonly lookups: readonly LookupSite[]
  readonly caches: readonly CacheSite[]
  readonly chooses: readonly ChooseSite[]
  readonly forks: readonly ForkSite[]
  readonly repeats: readonly RepeatSite[]
  readonly publishes: readonly PublishSite[]
  readonly fails: readonly FailSite[]
  readonly replications: readonly Replication[]
  /** First instruction of a flow started by sources, and of one started by a consumer. */
  readonly flowEntries: readonly number[]
  readonly consumerEntries: readonly number[]
  /** Flows that use keys at all. */
  readonly usesKeys: readonly boolean[]
  /** `flow * domains + domain`: where keys are drawn from. */
  readonly keyStreams: readonly string[]
  readonly shipEvery: readonly number[]
  readonly depths: number
  readonly slots: number
}

/** Where steps stand: the frames around them, and the locals that their record has in use. */
export interface Frame {
  readonly flow: number
  /** Group of the instance at each depth; -1: the request's own frame. */
  readonly chain: readonly number[]
  readonly scope: number
  readonly slot: number
}

export function compileProgram(model: Model, layout: Layout, streams: Streams): Program {
  return new Compiler(model, layout, streams).compile()
}

export class Compiler {
  readonly model: Model
  readonly layout: Layout
  readonly streams: Streams
  readonly serves: ServeSite[] = []
  readonly delays: DelaySite[] = []
  readonly holds: HoldSite[] = []
  readonly admits: AdmitSite[] = []
  readonly calls: CallSite[] = []
  readonly lookups: LookupSite[] = []
  readonly caches: CacheSite[] = []
  readonly chooses: ChooseSite[] = []
  readonly forks: ForkSite[] = []
  readonly repeats: RepeatSite[] = []
  readonly publishes: PublishSite[] = []
  readonly fails: FailSite[] = []
  readonly replications: Replication[] = []
  /** A call without a trace leads to the next work. */
  isPassage = false
  private readonly code: number[] = []
  private readonly scopes: number[] = []
  private readonly shipEvery: number[] = []
  private readonly usesKeys: boolean[]
  private readonly keyNames: string[]
  private depths = 1
  private slots = 1

  constructor(model: Model, layout: Layout, streams: Streams) {
    this.model = model
    this.layout = layout
    this.streams = streams
    this.usesKeys = model.flows.map(() => false)
    this.keyNames = Array.from({ length: model.flows.length * model.keyDomains.length }, () => '')
  }

  compile(): Program {
    const start = (flow: number, group: number): number => {
      const entry = this.here
      this.steps(this.model.flows[flow]?.steps ?? [], { flow, chain: [group], scope: -1, slot: 0 })
      this.emit(op.END, -1, -1)
      return entry
    }
    const flowEntries = this.model.flows.map((_, flow) => start(flow, -1))
    const consumerEntries = this.model.consumers.map((consumer) => start(consumer.flow, consumer.group))
    const { serves, delays, holds, admits, calls, lookups, caches, chooses, forks, repeats, publishes, fails } = this
    const sites = { serves, delays, holds, admits, calls, lookups, caches, chooses, forks, repeats, publishes, fails }
    this.threadJumps()
    return {
      ...sites,
      replications: this.replications,
      code: Int32Array.from(this.code),
      scopes: Int32Array.from(this.scopes),
      flowEntries,
      consumerEntries,
      usesKeys: this.usesKeys,
      keyStreams: this.keyNames,
      shipEvery: this.shipEvery,
      depths: this.depths,
      slots: this.slots,
    }
  }

  /** Whoever jumps to a jump goes where that leads, at once. */
  private threadJumps(): void {
    const { code } = this
    const end = (from: number): number => {
      let at = from
      while (at >= 0 && code[at * op.WORDS] === op.JUMP) at = code[at * op.WORDS + op.TARGET] ?? -1
      return at
    }
    for (let at = op.TARGET; at < code.length; at += op.WORDS) code[at] = end(code[at] ?? -1)
    for (const { targets } of this.chooses) for (const [i, target] of targets.entries()) targets[i] = end(target)
  }

  get here(): number {
    return this.code.length / op.WORDS
  }

  /** @returns the number of the instruction, for {@link aim} */
  emit(code: number, site: number, scope: number, target = -1): number {
    this.code.push(code, site, scope, target)
    return this.here - 1
  }

  /**
   * Where a record stands while time passes: still inside the scopes around it, so that they are found if it is taken
   * away.
   */
  landing(frame: Frame): void {
    this.aim(this.emit(op.JUMP, -1, frame.scope))
  }

  aim(instruction: number, target = this.here): void {
    this.code[instruction * op.WORDS + op.TARGET] = target
  }

  scope(kind: number, outer: number, slot = -1, target = -1): number {
    this.scopes.push(kind, outer, slot, target)
    return this.scopes.length / op.WORDS - 1
  }

  aimScope(scope: number, target = this.here): void {
    this.scopes[scope * op.WORDS + op.TARGET] = target
  }

  /** Notes how many locals and frames records need. */
  reserve(frame: Frame, locals: number): void {
    this.slots = Math.max(this.slots, frame.slot + locals)
    this.depths = Math.max(this.depths, frame.chain.length)
  }

  /** The nearest enclosing frame at an instance of the resource's group; -1: none, so copy 0. */
  depthOf(resource: number, frame: Frame): number {
    const group = this.model.resources[resource]?.group ?? -2
    return instancesOf(this.model.groups[group]) === 1 ? -1 : frame.chain.lastIndexOf(group)
  }

  flowId(frame: Frame): string {
    return this.model.flows[frame.flow]?.id ?? ''
  }

  idOf(resource: number): string {
    return this.model.resources[resource]?.id ?? ''
  }

  /** Says that the flow draws keys of the domain; the stream is named by the flow and the law, the n-th one of it. */
  usesKey(frame: Frame, domain: number): void {
    const { keyDomains } = this.model
    const at = frame.flow * keyDomains.length + domain
    if (this.keyNames[at] !== '') return
    const law = `${keyDomains[domain]?.keys} ${keyDomains[domain]?.exponent}`
    const name = `${this.flowId(frame)}/keys/${law}`
    const same = this.keyNames
      .slice(frame.flow * keyDomains.length, (frame.flow + 1) * keyDomains.length)
      .filter((known) => known.startsWith(`${name}/`))
    this.keyNames[at] = `${name}/${same.length}`
    this.usesKeys[frame.flow] = true
  }

  ringOf(law: Sampler): number {
    return law.constant > 0 ? this.layout.events.ring(law.constant) : -1
  }

  steps(steps: readonly Step[], frame: Frame): void {
    this.reserve(frame, 0)
    for (const step of steps) this.step(step, frame)
  }

  private step(step: Step, frame: Frame): void {
    switch (step.kind) {
      case 'serve':
        return this.serve(step, frame)
      case 'delay': {
        const time = this.streams.sampler(step.time, `${this.flowId(frame)}/delay`)
        this.delays.push({ time, point: step.point, ring: this.ringOf(time) })
        this.emit(op.DELAY, this.delays.length - 1, frame.scope)
        this.landing(frame)
        return
      }
      case 'hold':
        return this.hold(step, frame)
      case 'admit':
        this.admits.push(admitSite(this, step.limiter, frame))
        this.emit(op.ADMIT, this.admits.length - 1, frame.scope)
        return
      case 'call':
        return emitCall(this, step, frame)
      case 'lookup':
        return emitLookup(this, step, frame)
      case 'probe':
        return this.cache(op.PROBE, step, frame, 'put')
      case 'insert':
        return this.cache(op.INSERT, step, frame, step.mode)
      case 'choose':
        return this.choose(step, frame)
      case 'parallel':
        return emitParallel(this, step, frame)
      case 'repeat':
        return emitRepeat(this, step, frame)
      case 'publish':
        return this.publish(step, frame)
      case 'attempt':
        return this.attempt(step, frame)
      case 'reply':
        this.emit(op.REPLY, -1, frame.scope)
        return
      case 'fail': {
        const stream = this.streams.named(`${this.flowId(frame)}/fail/${step.failure}`)
        const failure = failures.indexOf(step.failure) + 1
        const fullDepth = step.while === 'full' ? frame.chain.length - 1 : -1
        const group = frame.chain.at(-1) ?? -1
        this.fails.push({ failure, probability: step.probability, stream, fullDepth, group })
        this.emit(op.FAIL, this.fails.length - 1, frame.scope)
        return
      }
      case 'new-key':
        this.usesKey(frame, step.keyDomain)
        this.emit(op.NEW_KEY, step.keyDomain, frame.scope)
        return
      default:
        return unreachable(step)
    }
  }

  private serve({ station, work, each, times, point, priority }: Serve, frame: Frame): void {
    const sampler = this.streams.sampler(work, `${this.flowId(frame)}/${this.idOf(station)}/work`)
    this.serves.push({
      base: this.layout.base(station),
      depth: this.depthOf(station, frame),
      work: sampler,
      each,
      times: registerCode(times),
      point,
      level: this.layout.level(station, priority),
      ring: each === 0 ? this.ringOf(sampler) : -1,
      isPassage: this.isPassage,
    })
    this.isPassage = false
    const [arrive, leave] = wayThrough(this.model, station)
    this.emit(arrive, this.serves.length - 1, frame.scope)
    this.emit(leave, this.serves.length - 1, frame.scope)
  }

  private hold({ pool, steps, start = [], point, priority }: Hold, frame: Frame): void {
    const inner = this.acquire(op.SCOPE_HOLD, { pool, point, priority }, frame)
    const resource = this.model.resources[pool]
    if (resource?.kind === 'pool' && resource.starting) {
      const warm = this.emit(op.START, frame.slot, inner.scope)
      this.steps(start, inner)
      this.aim(warm)
    }
    this.steps(steps, inner)
    this.release(inner, frame)
  }

  /** Takes a slot; what is emitted in the frame it returns holds it until {@link release}. */
  acquire(kind: number, hold: { pool: number; point: number; priority: number }, frame: Frame): Frame {
    this.reserve(frame, 2)
    const resource = this.model.resources[hold.pool]
    const patience = resource?.kind === 'pool' ? resource.patience : Infinity
    this.holds.push({
      base: this.layout.base(hold.pool),
      depth: this.depthOf(hold.pool, frame),
      point: hold.point,
      level: this.layout.level(hold.pool, hold.priority),
      slot: frame.slot,
      patienceRing: patience < Infinity ? this.layout.events.ring(patience) : -1,
    })
    this.emit(op.HOLD, this.holds.length - 1, frame.scope)
    this.emit(op.HELD, this.holds.length - 1, frame.scope)
    return { ...frame, scope: this.scope(kind, frame.scope, frame.slot), slot: frame.slot + 2 }
  }

  release(inner: Frame, outer: Frame, code: number = op.RELEASE): void {
    this.emit(code, inner.slot - 2, outer.scope)
  }

  private cache(code: number, step: Probe | Insert, frame: Frame, mode: Insert['mode']): void {
    const resource = this.model.resources[step.cache]
    const domain = resource?.kind === 'cache' ? resource.keyDomain : 0
    const forced = resource?.kind === 'cache' ? resource.forcedHitRatio : null
    this.usesKey(frame, domain)
    this.caches.push({
      cache: step.cache,
      base: this.layout.base(step.cache),
      depth: this.depthOf(step.cache, frame),
      domain,
      keys: step.keys,
      times: registerCode(step.times),
      forced: forced ?? -1,
      mode,
      stream: this.streams.named(`${this.flowId(frame)}/${this.idOf(step.cache)}/forced`),
    })
    this.emit(code, this.caches.length - 1, frame.scope)
  }

  private choose({ branches }: Choose, frame: Frame): void {
    const site = this.chooses.length
    const upTo = new Float64Array(branches.length)
    const targets = new Int32Array(branches.length)
    this.chooses.push({ upTo, targets, stream: this.streams.named(`${this.flowId(frame)}/choose`) })
    this.emit(op.CHOOSE, site, frame.scope)
    let sum = 0
    const jumps = branches.map(({ probability, steps }, i) => {
      sum += probability
      upTo[i] = i === branches.length - 1 ? Infinity : sum
      targets[i] = this.here
      this.steps(steps, frame)
      return this.emit(op.JUMP, -1, frame.scope)
    })
    for (const jump of jumps) this.aim(jump)
  }

  private attempt({ steps, otherwise, isReplication }: Attempt, frame: Frame): void {
    const scope = this.scope(op.SCOPE_TRY, frame.scope)
    const from = this.here
    this.steps(steps, { ...frame, scope })
    const group = frame.chain.at(-1) ?? -1
    if (isReplication) this.replications.push({ from, to: this.here + 1, group, publish: -1 })
    const jump = this.emit(op.JUMP, -1, frame.scope)
    this.aimScope(scope)
    this.steps(otherwise, frame)
    this.aim(jump)
  }

  private publish({ log, count, times, shipEvery, keyDomain }: Publish, frame: Frame): void {
    const resource = this.model.resources[log]
    const domain = keyDomain ?? (resource?.kind === 'log' ? resource.keyDomain : null)
    if (domain !== null) this.usesKey(frame, domain)
    if (shipEvery > 0) this.shipEvery.push(shipEvery)
    this.publishes.push({
      log,
      count: this.streams.sampler(count, `${this.flowId(frame)}/${this.idOf(log)}/count`),
      times: registerCode(times),
      domain: domain ?? -1,
      ship: shipEvery > 0 ? this.shipEvery.length - 1 : -1,
    })
    const copying = this.replications.at(-1)
    if (copying?.to === this.here) copying.publish = this.publishes.length - 1
    this.emit(op.PUBLISH, this.publishes.length - 1, frame.scope)
  }
}
