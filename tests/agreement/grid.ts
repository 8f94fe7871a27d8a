// The designs that solver and simulator have to agree on: kinds x utilization x variability of work x size of a pool.

/** Utilization of what limits a design: exact, since its rate is chosen by the work that is known. */
export const utilizations = [0.3, 0.6, 0.8, 0.9] as const
/** Squared coefficient of variation of work: log-normal. */
export const variabilities = [0.25, 1, 4] as const

export interface Point {
  readonly id: string
  readonly kind: string
  readonly utilization: number
  readonly variability: number
  readonly design: string
  /** Flow whose response times are compared. */
  readonly flow: string
  /** Requests a second. */
  readonly rate: number
  /** Measured in each of the independent runs of the simulator. */
  readonly requests: number
}

/** Component and flows of one sort of design. */
interface Shape {
  readonly kind: string
  /** Requests a second at which what limits it is always busy. */
  readonly capacity: number
  readonly flow?: string
  /** Share of the requests that comes to what limits it, where that is not all. */
  readonly part?: number
  /** Some work is nothing in an ideal network. */
  readonly network?: 'real'
  readonly components: (law: Law) => readonly string[]
  readonly flows: (law: Law) => readonly string[]
}

/** Work with this mean, as a design writes it. */
type Law = (milliseconds: number) => string

const ask = (...steps: readonly string[]): string => `ask: { from: users, steps: [${steps.join(', ')}] }`
const put = (log: string): string => `ask: { from: users, steps: [{ publish: ${log} }] }`
const work = (law: string): string => `{ work: ${law} }`
const call = (to: string, ...steps: readonly string[]): string => `{ call: ${to}, do: [${steps.join(', ')}] }`
const many = 'size: { cpu: 1000 }'

/** A service in front of a store of two servers, 10 ms each: what is held while it answers. */
const held = (slots: number | null): Shape => ({
  kind: slots === null ? 'service before a station, no pool' : `service before a station, ${slots} threads`,
  capacity: 200,
  components: () => [
    `web: { kind: service, ${slots === null ? '' : `runtime: threads(${slots}), `}${many} }`,
    'db: { kind: station, servers: 2 }',
  ],
  flows: (law) => [ask(call('web', '{ wait: exp(2 ms) }', call('db', work(law(10)))))],
})

const database = (connections: number): Shape => ({
  kind: `sql-database, ${connections} connections`,
  capacity: 200,
  components: (law) => [
    `web: { kind: service, ${many} }`,
    `db: { kind: sql-database, size: { cpu: 2, memory: 64 GiB }, pool: { max: ${connections}, wait: infinite },
      work: { read: ${law(10)} }, tables: { t: { rows: 1000 } } }`,
  ],
  flows: () => [ask(call('web', '{ read: db.t }'))],
})

const balanced = (balance: string): Shape => ({
  kind: `service, four instances, ${balance}`,
  capacity: 400,
  components: () => [`s: { kind: service, instances: 4, size: { cpu: 1 }, balance: ${balance} }`],
  flows: (law) => [ask(call('s', work(law(10))))],
})

const shapes: readonly Shape[] = [
  {
    kind: 'station, first come first served',
    capacity: 200,
    components: () => ['s: { kind: station, servers: 2 }'],
    flows: (law) => [ask(call('s', work(law(10))))],
  },
  {
    kind: 'station, shared',
    capacity: 200,
    components: () => ['s: { kind: station, servers: 2, discipline: ps }'],
    flows: (law) => [ask(call('s', work(law(10))))],
  },
  {
    kind: 'service, two processors',
    capacity: 200,
    components: () => ['s: { kind: service, size: { cpu: 2 } }'],
    flows: (law) => [ask(call('s', work(law(10)), '{ wait: exp(5 ms) }'))],
  },
  {
    kind: 'service, eight threads, two processors',
    capacity: 200,
    components: () => ['s: { kind: service, runtime: threads(8), size: { cpu: 2 } }'],
    flows: (law) => [ask(call('s', work(law(10)), '{ wait: exp(5 ms) }'))],
  },
  balanced('round-robin'),
  balanced('least-requests'),
  held(null),
  held(16),
  held(4),
  database(100),
  database(16),
  database(4),
  {
    kind: 'cache before a station',
    capacity: 1000,
    part: 0.2,
    components: () => [
      'c: { kind: cache, memory: 1 GiB, keyspaces: { k: { keys: 1 M, hit: 80% } } }',
      'db: { kind: station, servers: 2 }',
    ],
    flows: (law) => [ask(`{ get: c.k, miss: [${call('db', work(law(10)))}] }`)],
  },
  {
    kind: 'worker behind a queue',
    capacity: 200,
    flow: 'eat',
    components: () => ['q: { kind: queue, topics: { t: {} } }', 'w: { kind: worker, instances: 2, size: { cpu: 1 } }'],
    flows: (law) => [put('q.t'), `eat: { consume: q.t, by: w, steps: [${work(law(10))}] }`],
  },
  {
    kind: 'worker behind a stream',
    capacity: 400,
    flow: 'eat',
    components: () => [
      'log: { kind: stream, topics: { t: { partitions: 4 } } }',
      'w: { kind: worker, instances: 4, size: { cpu: 1 } }',
    ],
    flows: (law) => [put('log.t'), `eat: { consume: log.t, by: w, steps: [${work(law(10))}] }`],
  },
  {
    kind: 'function, fifty environments',
    capacity: 5000,
    components: () => ['f: { kind: function, concurrency: 50, cold: { kept: 50 } }'],
    flows: (law) => [ask(call('f', work(law(10))))],
  },
  {
    kind: 'object-store',
    capacity: 100,
    components: (law) => [
      `files: { kind: object-store, latency: { read: ${law(20)} }, prefixes: { reads: 100/s },
      objects: { f: { count: 1000, size: 1 B } } }`,
    ],
    flows: () => [ask('{ read: files.f }')],
  },
  {
    kind: 'api-gateway before an external',
    capacity: 200,
    network: 'real',
    components: (law) => [
      `gate: { kind: api-gateway, instances: 2, size: { cpu: 1 }, work: { request: ${law(10)} }, overhead: fixed(1 ms) }`,
      'ext: { kind: external, latency: exp(5 ms) }',
    ],
    flows: () => [ask('{ call: ext, via: [gate] }')],
  },
  {
    kind: 'external, twenty at once',
    capacity: 1000,
    components: (law) => [`ext: { kind: external, latency: ${law(20)}, concurrency: 20 }`],
    flows: () => [ask('{ call: ext }')],
  },
]

export const kinds: readonly string[] = shapes.map(({ kind }) => kind)

/** All points; with the busier and the more variable ones played for longer. */
export const points: readonly Point[] = shapes.flatMap((shape) =>
  utilizations.flatMap((utilization) => variabilities.map((variability) => pointOf(shape, utilization, variability))),
)

function pointOf(shape: Shape, utilization: number, variability: number): Point {
  const law: Law = (milliseconds) => `lognormal(mean ${milliseconds} ms cv ${Math.sqrt(variability)})`
  const rate = Number((shape.capacity * utilization).toPrecision(6))
  const longer = { 0.3: 1, 0.6: 2, 0.8: 5, 0.9: 16 }[utilization] ?? 1
  const wilder = { 0.25: 0.5, 1: 1, 4: 6 }[variability] ?? 1
  return {
    id: `${shape.kind}; ${utilization}; ${variability}`,
    kind: shape.kind,
    utilization,
    variability,
    flow: shape.flow ?? 'ask',
    rate,
    requests: 40_000 * longer * wilder * (shape.part === undefined ? 1 : 1 / shape.part),
    design: [
      'loadpath: 1',
      'name: agreement',
      `network: ${shape.network ?? 'ideal'}`,
      `load: { users: { rate: ${rate}/s, mix: { ask: 100% } } }`,
      'components:',
      ...shape.components(law).map((text) => `  ${text}`),
      'flows:',
      ...shape.flows(law).map((text) => `  ${text}`),
    ].join('\n'),
  }
}
