/** The least that shows a kind at work: its entry under `components`, and steps (or whole flows) that use it. */
export interface KindExample {
  /** Name of the component. */
  readonly name: string
  /** Its settings beside `kind`. */
  readonly settings: string
  /** Steps of a flow that starts from an actor. */
  readonly steps: string
  /** Further components and flows, as lines of their sections. */
  readonly components?: string
  readonly flows?: string
}

const inApi = (step: string): string => `- call: api\n  do:\n    - ${step}`

const consumer = (flow: string, topic: string): Pick<KindExample, 'components' | 'flows'> => ({
  components: 'mailer: { kind: worker, instances: 4 }',
  flows: `${flow}:\n  consume: ${topic}\n  by: mailer\n  steps:\n    - work: 2 ms`,
})

/** By the id of the general kind. */
export const kindExamples: Readonly<Record<string, KindExample>> = {
  client: {
    name: 'browser',
    settings: '',
    steps: '- call: browser\n  do:\n    - work: 20 ms\n    - call: api\n      do:\n        - work: 2 ms',
  },
  dns: { name: 'names', settings: '', steps: '- call: names\n- call: api\n  do:\n    - work: 2 ms' },
  cdn: {
    name: 'edge',
    settings: 'memory: 64 GiB, keyspaces: { pages: { keys: 1 M, value: 20 KB, ttl: 10 min } }',
    steps: '- get: edge.pages\n  miss:\n    - call: api\n      do:\n        - work: 2 ms',
  },
  waf: { name: 'wall', settings: '', steps: '- call: api\n  via: wall\n  do:\n    - work: 2 ms' },
  'load-balancer': { name: 'lb', settings: '', steps: '- call: api\n  via: lb\n  do:\n    - work: 2 ms' },
  'api-gateway': {
    name: 'gateway',
    settings: 'limits: { rate: { per: 5 k/s, burst: 500 } }',
    steps: '- call: api\n  via: gateway\n  do:\n    - work: 2 ms',
  },
  service: {
    name: 'shop',
    settings: 'instances: 3, size: { cpu: 4, memory: 8 GiB }, scale: { max: 12, target: cpu 60% }',
    steps: '- call: shop\n  do:\n    - work: { p50: 2 ms, p99: 9 ms }\n    - reply: 8 KB',
  },
  function: {
    name: 'resize',
    settings: 'memory: 1 GB, cold: { share: 1% }',
    steps: '- call: resize\n  do:\n    - work: 40 ms',
  },
  worker: {
    name: 'indexer',
    settings: 'instances: 2, size: { cpu: 2 }',
    components: 'jobs: { kind: queue, topics: { index: {} } }',
    steps: inApi('publish: jobs.index'),
    flows:
      'index:\n  consume: jobs.index\n  by: indexer\n  batch: { up-to: 20, wait: 50 ms }\n  steps:\n    - work: 3 ms per item',
  },
  scheduler: {
    name: 'clock',
    settings: '',
    steps: inApi('work: 2 ms'),
    flows: 'sweep:\n  every: 1 min\n  by: clock\n  steps:\n    - work: 50 ms',
  },
  'realtime-gateway': {
    name: 'sockets',
    settings: 'instances: 4, connections: { per-instance: 50 k }',
    steps: '- call: sockets\n  do:\n    - work: 0.1 ms\n- call: api\n  do:\n    - push: sockets\n      size: 400 B',
  },
  cache: {
    name: 'hot',
    settings: 'memory: 8 GiB, evict: lru, keyspaces: { links: { keys: 10 M, value: 500 B, ttl: 1 h } }',
    components: 'db: { kind: postgres, tables: { links: { rows: 10 M, row: 500 B, key: code } } }',
    steps: inApi('get: hot.links\n      miss:\n        - read: db.links'),
  },
  'sql-database': {
    name: 'db',
    settings:
      'replicas: 1, tables: { orders: { rows: 40 M, row: 600 B, key: id, indexes: { by-user: { columns: [user] } }, ' +
      'access: { of-user: { by: by-user, rows: 20 } } } }',
    steps: inApi('read: db.orders.of-user\n    - tx: db\n      do:\n        - write: db.orders'),
  },
  'document-store': {
    name: 'docs',
    settings: 'tables: { carts: { rows: 2 M, row: 4 KB, key: user } }',
    steps: inApi('read: docs.carts\n    - write: docs.carts'),
  },
  'wide-column-store': {
    name: 'events',
    settings:
      'instances: 6, tables: { by-user: { rows: 2 G, row: 200 B, key: user, access: { day: { by: key, rows: 100 } } } }',
    steps: inApi('read: events.by-user.day\n    - write: events.by-user'),
  },
  'key-value-store': {
    name: 'sessions',
    settings: 'partitions: 8, tables: { by-token: { rows: 5 M, row: 1 KB, key: token } }',
    steps: inApi('read: sessions.by-token'),
  },
  'search-index': {
    name: 'search',
    settings: 'shards: 3, tables: { products: { rows: 4 M, row: 2 KB, access: { text: { by: search, rows: 20 } } } }',
    steps: inApi('read: search.products.text'),
  },
  'columnar-store': {
    name: 'reports',
    settings:
      'shards: 2, tables: { clicks: { rows: 500 M, row: 120 B, key: day, access: { of-day: { by: key, rows: 1 M } } } }',
    steps: inApi('read: reports.clicks.of-day'),
  },
  'object-store': {
    name: 'images',
    settings: 'objects: { photos: { count: 20 M, size: 300 KB } }',
    steps: inApi('read: images.photos'),
  },
  'file-store': {
    name: 'shared',
    settings: 'files: { invoices: { count: 2 M, size: 80 KB } }',
    steps: inApi('read: shared.invoices'),
  },
  stream: {
    name: 'log',
    settings: 'brokers: 3, topics: { orders: { partitions: 12, key: user, acks: all } }',
    ...consumer('send-mail', 'log.orders'),
    steps: inApi('publish: log.orders\n      size: 1 KB'),
  },
  queue: {
    name: 'jobs',
    settings: 'topics: { mail: {} }',
    ...consumer('send-mail', 'jobs.mail'),
    steps: inApi('publish: jobs.mail'),
  },
  'pub-sub': {
    name: 'news',
    settings: 'topics: { prices: {} }',
    ...consumer('refresh', 'news.prices'),
    steps: inApi('publish: news.prices'),
  },
  'lock-service': {
    name: 'locks',
    settings: 'locks: { seat: {} }',
    steps: inApi('hold: locks.seat\n      do:\n        - work: 2 ms'),
  },
  'identity-provider': { name: 'login', settings: '', steps: inApi('call: login') },
  external: {
    name: 'bank',
    settings: 'latency: { p50: 120 ms, p99: 900 ms }, errors: 0.2%',
    steps: inApi('call: bank\n      policy: { timeout: 2 s, retry: { times: 1, budget: 10% } }'),
  },
  station: {
    name: 'desk',
    settings: 'servers: 2, discipline: fifo, queue: 100',
    steps: '- call: desk\n  do:\n    - work: exp(10 ms)',
  },
}

const indent = (text: string, by: number): string =>
  text
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line}`)
    .join('\n')

/** The two sections of the example that are about the kind. @param kind  the general kind or one of its technologies */
export function exampleText(kind: string, { name, settings, steps, components, flows }: KindExample): string {
  const own = `${name}: { kind: ${kind}${settings === '' ? '' : `, ${settings}`} }`
  return [
    'components:',
    indent([own, ...(components === undefined ? [] : [components])].join('\n'), 2),
    'flows:',
    '  ask:',
    '    from: users',
    '    steps:',
    indent(steps, 6),
    ...(flows === undefined ? [] : [indent(flows, 2)]),
  ].join('\n')
}

/** The example with what it leaves out: who asks, and the service that most examples call. */
export function exampleDesign(kind: string, example: KindExample): string {
  const text = exampleText(kind, example)
  const hasApi = example.steps.includes('call: api')
  return [
    'loadpath: 1',
    'load: { users: { rate: 100/s, mix: { ask: 100% } } }',
    hasApi ? text.replace('components:\n', 'components:\n  api: { kind: service, instances: 2 }\n') : text,
    '',
  ].join('\n')
}
