/**
 * A design of so many components, as text: of every ten, six services, two caches, one database and one station, in
 * one flow that visits them all.
 */
export function largeDesign(components) {
  const cells = Math.ceil(components / 10)
  const numbers = Array.from({ length: cells }, (_, cell) => cell)
  const mix = shares(cells).map((share, cell) => `flow-${cell}: ${share}%`)
  return [
    'loadpath: 1',
    'name: large',
    'load:',
    `  clients: { rate: 10 k/s, mix: { ${mix.join(', ')} } }`,
    'components:',
    ...numbers.flatMap(cellComponents),
    'flows:',
    ...numbers.flatMap(cellFlow),
    'policies:',
    '  default: { timeout: 1 s, retry: { times: 1, after: [timeout], backoff: 10 ms } }',
    'requirements:',
    '  objectives:',
    ...numbers.map((cell) => `    flow-${cell}: [p99 < 500 ms, success > 99%]`),
    '',
  ].join('\n')
}

const services = [0, 1, 2, 3, 4, 5]

function cellComponents(cell) {
  const keyspace = 'keys: 1 M, popularity: zipf(0.9), value: 500 B, ttl: 1 h'
  return [
    ...services.map(
      (service) => `  service-${cell}-${service}: { kind: service, instances: 4, size: { cpu: 4, memory: 4 GiB } }`,
    ),
    ...[0, 1].map((cache) => `  cache-${cell}-${cache}: { kind: redis, keyspaces: { entries: { ${keyspace} } } }`),
    `  db-${cell}:`,
    '    kind: postgres',
    '    size: { cpu: 8, memory: 32 GiB }',
    '    tables: { rows: { rows: 10 M, row: 1 KB, key: id } }',
    `  station-${cell}: { kind: station, servers: 16, discipline: fifo }`,
  ]
}

function cellFlow(cell) {
  return [
    `  flow-${cell}:`,
    '    from: clients',
    '    steps:',
    ...services.flatMap((service) => [
      `      - call: service-${cell}-${service}`,
      '        do:',
      '          - work: { p50: 0.5 ms, p99: 4 ms }',
      ...serviceSteps(cell, service),
      '          - reply: 2 KB',
    ]),
  ]
}

function serviceSteps(cell, service) {
  if (service === 5) return [`          - call: station-${cell}`, '            do: [{ work: exp(1 ms) }]']
  if (service === 4) return [`          - write: db-${cell}.rows`]
  return [`          - get: cache-${cell}-${service % 2}.entries`, `            miss: [{ read: db-${cell}.rows }]`]
}

/** So many percentages in steps of 0.01 % that add up to 100 %. */
function shares(count) {
  const parts = Array.from({ length: count }, (_, i) => Math.floor((10_000 * (i + 1)) / count))
  return parts.map((part, i) => (part - (parts[i - 1] ?? 0)) / 100)
}
