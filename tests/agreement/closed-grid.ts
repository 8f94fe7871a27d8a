// Closed networks that the solver is held to: classes x servers x discipline x work x open company x pools.

export interface ClosedPoint {
  readonly id: string
  readonly design: string
}

const visit = (station: string, law: string): string => `{ call: ${station}, do: [{ work: ${law} }] }`
const users = (population: number, think: string, flow: string): string =>
  `${flow}-users: { population: ${population}, think: ${think}, mix: { ${flow}: 100% } }`
const outside = (rate: number, flow: string): string => `${flow}-users: { rate: ${rate}/s, mix: { ${flow}: 100% } }`
const stations = (servers: number, discipline = 'fifo'): string =>
  ['s', 'd'].map((name) => `${name}: { kind: station, discipline: ${discipline}, servers: ${servers} }`).join(', ')
const threads = (name: string, count: number): string =>
  `${name}: { kind: service, runtime: threads(${count}), size: { cpu: 64 } }`

function point(id: string, load: readonly string[], components: string, flows: Readonly<Record<string, string>>) {
  const lines = Object.entries(flows).map(([name, steps]) => `  ${name}: { from: ${name}-users, steps: [${steps}] }`)
  const head = `loadpath: 1\nname: closed\nnetwork: ideal\nload: { ${load.join(', ')} }\ncomponents: { ${components} }`
  return { id, design: [head, 'flows:', ...lines].join('\n') }
}

/** Two classes whose times at one station, first come, first served, differ. */
const differing = [1, 2, 4].flatMap((servers) =>
  [3, 10].flatMap((times) =>
    [3, 12].map((many) =>
      point(
        `classes whose work differs ${times}-fold, ${servers} servers, ${many * servers} users`,
        [users(many * servers, 'exp(200 ms)', 'f'), users((many === 3 ? 3 : 4) * servers, 'exp(300 ms)', 'g')],
        `s: { kind: station, servers: ${servers} }, d: { kind: station }`,
        {
          f: `${visit('s', 'exp(30 ms)')}, ${visit('d', `exp(${10 / servers} ms)`)}`,
          g: `${visit('s', `exp(${30 * times} ms)`)}, ${visit('d', `exp(${10 / servers} ms)`)}`,
        },
      ),
    ),
  ),
)

const varying = [1, 3].flatMap((servers) =>
  ['fixed(30 ms)', 'lognormal(mean 30 ms cv 0.5)', 'lognormal(mean 30 ms cv 2)'].flatMap((law) =>
    [4, 20].map((many) =>
      point(
        `one class, ${law}, ${servers} servers, ${many * servers} users`,
        [users(many * servers, 'exp(300 ms)', 'f')],
        stations(servers),
        { f: `${visit('s', law)}, ${visit('d', 'exp(20 ms)')}` },
      ),
    ),
  ),
)

const beside = [1, 4].flatMap((times) =>
  [1, 2].flatMap((servers) =>
    [3, 8].map((rate) =>
      point(
        `beside open work of ${30 * times} ms, ${servers} servers, ${rate * servers}/s`,
        [users(5 * servers, 'exp(100 ms)', 'f'), outside(rate * servers, 'g')],
        stations(servers),
        {
          f: `${visit('s', 'exp(30 ms)')}, ${visit('d', 'exp(20 ms)')}`,
          g: `${visit('s', `exp(${30 * times} ms)`)}, ${visit('d', 'exp(20 ms)')}`,
        },
      ),
    ),
  ),
)

/** Product form. */
const equal = ['fifo', 'ps'].flatMap((discipline) =>
  [1, 3].flatMap((servers) =>
    [0, 10].map((open) =>
      point(
        `product form, ${discipline}, ${servers} servers, ${open * servers}/s beside`,
        [
          users(6 * servers, 'exp(200 ms)', 'f'),
          users(3 * servers, '0 s', 'g'),
          ...(open > 0 ? [outside(open * servers, 'h')] : []),
        ],
        stations(servers, discipline),
        {
          f: `${visit('s', 'exp(30 ms)')}, ${visit('d', 'exp(20 ms)')}`,
          g: `${visit('s', discipline === 'ps' ? 'exp(60 ms)' : 'exp(30 ms)')}, ${visit('d', 'exp(20 ms)')}`,
          ...(open > 0 ? { h: visit('s', 'exp(30 ms)') } : {}),
        },
      ),
    ),
  ),
)

const pooled = (
  [
    [10, 4, 1],
    [10, 4, 2],
    [40, 8, 2],
    [20, 2, 1],
  ] as const
).map(([many, slots, servers]) =>
  point(
    `${many} users over ${slots} threads, ${servers} servers`,
    [users(many, 'exp(300 ms)', 'f')],
    `${threads('w', slots)}, d: { kind: station, servers: ${servers} }`,
    { f: `{ call: w, do: [{ wait: exp(40 ms) }, ${visit('d', 'exp(20 ms)')}] }` },
  ),
)

const crowded = (
  [
    [5, 5, 3],
    [2, 2, 1],
  ] as const
).map(([many, others, slots]) =>
  point(
    `${many} and ${others} users over ${slots} threads`,
    [users(many, 'exp(200 ms)', 'f'), users(others, 'exp(100 ms)', 'g')],
    `${threads('w', slots)}, d: { kind: station }, e: { kind: station }`,
    {
      f: `{ call: w, do: [{ wait: exp(10 ms) }, ${visit('d', 'exp(20 ms)')}] }, ${visit('e', 'exp(15 ms)')}`,
      g: `${visit('e', 'exp(15 ms)')}, { call: w, do: [${visit('d', 'exp(20 ms)')}, ${visit('e', 'exp(15 ms)')}] }`,
    },
  ),
)

export const closedPoints: readonly ClosedPoint[] = [
  ...differing,
  ...varying,
  ...beside,
  ...equal,
  ...pooled,
  ...crowded,
]
