import { noSpan } from '../base/span.ts'
import { createMap } from '../text/document.ts'
import type { Span } from '../base/span.ts'
import type { Component, Design, Flow as WrittenFlow } from '../design/design.ts'
import { exponential, fixed } from '../model/distribution.ts'
import type { Link, Model, Objective, Place, Point, Source } from '../model/model.ts'
import type { Cache, Group, Log, Pool, Station } from '../model/resource.ts'
import type { Call, CallPolicy, Lookup, Publish, Register, Repeat, Retry, Step } from '../model/step.ts'
import type { Rule, Subject } from './define.ts'

/** One line of the text that nobody wrote: tests tell places by their line. */
export const line = (n: number): Span => ({
  file: 'design.yaml',
  line: n,
  column: 1,
  offset: n * 100,
  endOffset: n * 100 + 9,
})

/** Point `n` stands on line `n`. */
const points: readonly Point[] = Array.from({ length: 100 }, (_, n) => ({
  flow: 'f',
  name: `point ${n}`,
  component: '',
  resource: null,
  category: 'network',
  span: line(n),
}))

export const group = (id: string, changes: Partial<Group> = {}): Group => ({
  id,
  component: id,
  shards: 1,
  perShard: 1,
  perShardMax: changes.perShard ?? 1,
  places: [],
  detect: 0,
  promote: Infinity,
  ...changes,
})

/** Stations and pools without any limit but their servers. */
export const station = (of: number, id: string, changes: Partial<Station> = {}): Station => ({
  kind: 'station',
  id,
  group: of,
  servers: 1,
  discipline: 'fifo',
  waitingRoom: Infinity,
  whenFull: 'reject',
  patience: null,
  outages: null,
  label: 'cpu',
  ...changes,
})

export const pool = (of: number, id: string, changes: Partial<Pool> = {}): Pool => ({
  kind: 'pool',
  id,
  group: of,
  slots: 1,
  waitingRoom: Infinity,
  whenFull: 'reject',
  order: 'fifo',
  patience: Infinity,
  label: 'threads',
  ...changes,
})

export const log = (of: number, id: string, changes: Partial<Log> = {}): Log => ({
  kind: 'log',
  id,
  group: of,
  partitions: 1,
  isShared: false,
  keyDomain: null,
  capacity: Infinity,
  messageSize: 100,
  ...changes,
})

export const cache = (of: number, id: string, changes: Partial<Cache> = {}): Cache => ({
  kind: 'cache',
  id,
  group: of,
  keyDomain: 0,
  entries: 1000,
  timeToLive: Infinity,
  evict: 'lru',
  isWarm: true,
  forcedHitRatio: null,
  onMiss: 'herd',
  ...changes,
})

export const serve = (at: number, seconds: number, each = 0, times: Register = 'items'): Step => ({
  kind: 'serve',
  station: at,
  work: exponential(seconds),
  each,
  times,
  point: 0,
  priority: 0,
})

export const delay = (seconds: number): Step => ({ kind: 'delay', time: fixed(seconds), point: 0 })

export const hold = (of: number, ...steps: readonly Step[]): Step => ({
  kind: 'hold',
  pool: of,
  steps,
  point: 0,
  priority: 0,
})

const noPolicy: CallPolicy = {
  timeout: null,
  deadline: null,
  retry: null,
  hedge: null,
  breaker: null,
  bulkhead: null,
  connection: null,
  afterTimeout: 'keep-going',
}

interface CallChanges extends Partial<CallPolicy> {
  readonly onFail?: Call['onFail']
  readonly within?: Call['pick']['within']
}

/** @param at  line of the text */
export function call(at: number, to: number, steps: readonly Step[], changes: CallChanges = {}): Call {
  const { onFail = 'error', within = 'round-robin', ...policy } = changes
  return {
    kind: 'call',
    to,
    pick: { shardBy: 'uniform', within, position: 0, weights: [] },
    policy: { ...noPolicy, ...policy },
    send: 0,
    receive: 0,
    steps,
    onFail,
    overhead: 0,
    networkPoint: at,
    retryPoint: at,
    connectionPoint: at,
  }
}

export const retry = (times: number, changes: Partial<Retry> = {}): Retry => ({
  times,
  after: ['timeout'],
  backoff: 0.01,
  multiplier: 2,
  jitter: 'full',
  budget: null,
  ...changes,
})

/** @param at  line of the text */
export const lookup = (at: number, of: number, ways: Partial<Pick<Lookup, 'access' | 'hit' | 'miss'>>): Lookup => ({
  kind: 'lookup',
  cache: of,
  access: [],
  hit: [],
  miss: [],
  waitPoint: at,
  ...ways,
})

export const repeat = (count: number, steps: readonly Step[], changes: Partial<Repeat> = {}): Repeat => ({
  kind: 'repeat',
  count: fixed(count),
  times: null,
  groupsOf: 1,
  atOnce: 1,
  hasNewKeys: false,
  steps,
  point: 0,
  ...changes,
})

export const publish = (to: number, count = 1): Publish => ({
  kind: 'publish',
  log: to,
  count: fixed(count),
  times: null,
  shipEvery: 0,
})

/** Open Poisson load of flow 0 from actor `users`. */
export const source = (rate: number, changes: Partial<Source> = {}): Source => ({
  id: 'users',
  mix: [{ flow: 0, share: 1 }],
  arrivals: { kind: 'poisson', rate },
  shape: [],
  from: [],
  isHostile: false,
  start: 0,
  end: Infinity,
  ...changes,
})

export const zone = (id: string): Place => ({ id, region: id.split('.')[0] ?? id, kind: 'zone' })

/** Round trips between places: `roundTrips[from][to]`, in seconds. */
export const links = (roundTrips: readonly (readonly number[])[]): readonly Link[] =>
  roundTrips.flat().map((time) => ({ roundTrip: fixed(time), bandwidth: Infinity }))

export const objective = (id: string, changes: Partial<Objective>): Objective => ({
  id: `${id} ${changes.indicator ?? 'p99'}`,
  subject: { kind: 'flow', id },
  indicator: 'p99',
  share: null,
  relation: '<',
  target: 0.1,
  text: 'p99 < 100 ms',
  span: line(90),
  ...changes,
})

export const component = (id: string, settings: Component['settings'] = {}): Component => ({
  id,
  kind: 'service',
  technology: 'service',
  writtenKind: 'service',
  at: [],
  spread: null,
  settings,
  written: createMap([], noSpan),
  handles: [],
  stores: [],
  operations: new Map(),
  policy: {},
  span: line(80),
})

// oxlint-disable-next-line no-thenable -- a key of the language, never awaited
export const failed = { retry: 0, backoff: 0, then: 'park' } as const

/** A flow of the text, from actor `users` unless told otherwise. */
export const written = (id: string, changes: Partial<WrittenFlow> = {}): WrittenFlow => ({
  id,
  trigger: { kind: 'actor', actor: 'users' },
  steps: [],
  priority: 0,
  failed,
  commit: 'after',
  isIdempotent: false,
  span: line(70),
  ...changes,
})

export interface SubjectSpec extends Partial<Omit<Model, 'flows'>> {
  /** Steps of flows `f`, `f1`, `f2`, from actor `users` unless `design.flows` says otherwise. */
  readonly steps: readonly (readonly Step[])[]
  readonly design?: Partial<Design>
}

/** A subject in which only what is given stands; the last group is that of actor `users`. */
export function subjectOf({ steps, design = {}, ...model }: SubjectSpec): Subject {
  const ids = steps.map((_, i) => (i === 0 ? 'f' : `f${i}`))
  const consuming = new Set(model.consumers?.map(({ flow }) => flow))
  const groups = [...(model.groups ?? []), group('actor users', { component: 'users' })]
  const names = [...new Set(groups.map((one) => one.component))].filter((id) => id !== 'users')
  return {
    model: {
      name: 'by hand',
      scenario: 'baseline',
      variant: null,
      resources: [],
      points,
      keyDomains: [],
      places: [],
      links: [],
      sources: [],
      consumers: [],
      scalers: [],
      faults: [],
      components: names.map((id, i) => ({
        id,
        kind: 'service',
        groups: [],
        primary: null,
        connectionsMost: null,
        cost: [],
        span: line(80 + i),
      })),
      connections: [],
      objectives: [],
      trust: [],
      ...model,
      groups,
      flows: steps.map((list, i) => ({
        id: ids[i] ?? 'f',
        steps: list,
        priority: 0,
        isConsumer: consuming.has(i),
        isHostile: false,
        span: line(70 + i),
      })),
    },
    design: {
      ...emptyDesign,
      flows: new Map(ids.map((id) => [id, written(id)])),
      components: new Map(names.map((id) => [id, component(id, { instances: 1 })])),
      ...design,
    },
  }
}

const emptyDesign: Design = {
  name: 'by-hand',
  title: '',
  about: '',
  isNetworkIdeal: false,
  requirements: {
    functions: new Map(),
    objectives: [],
    recovery: new Map(),
    survive: [],
    constraints: {
      budget: null,
      budgetPerRequest: null,
      regions: [],
      require: [],
      avoid: [],
      utilization: null,
      team: null,
      timeline: null,
    },
  },
  assume: new Map(),
  actors: new Map(),
  places: new Map(),
  placeLinks: [],
  components: new Map(),
  flows: new Map(),
  policies: { byDefault: {}, named: new Map(), edges: new Map() },
  security: {
    classes: new Map(),
    boundaries: new Map(),
    exposed: [],
    links: new Map(),
    inputs: new Map(),
    atRest: new Map(),
    accepted: [],
  },
  accepted: [],
  decisions: new Map(),
  variants: [],
  scenarios: new Map(),
  written: createMap([], line(1)),
  span: line(1),
}

export const requirements = (changes: Partial<Design['requirements']>): Design['requirements'] => ({
  ...emptyDesign.requirements,
  ...changes,
})

/** What a rule has to say, with the line it says it at. */
export const saidBy = ({ check }: Rule, subject: Subject): readonly string[] =>
  check(subject).map(({ at, message }) => `${at.line}: ${message}`)
