// @data
import type { FaultyCase } from './cases.ts'

/** A shop in two zones, with one fault for a minute. */
const shop = (name: string, fault: string, api = ''): string => `loadpath: 1
name: ${name}
load:
  buyers: { rate: 200/s, mix: { buy: 50%, view: 50% } }
places: { eu: { region: eu-west-1, zones: [a, b] } }
components:
  web: { kind: service, at: eu, instances: 4, size: { cpu: 4 }, health: { interval: 2 s, unhealthy-after: 2 } }
  stock: { kind: service, at: eu, instances: 4, size: { cpu: 2 }, health: { interval: 2 s, unhealthy-after: 2 } ${api} }
  db: { kind: postgres, at: eu, size: { cpu: 4 }, replicas: { count: 1 }, tables: { orders: { rows: 1 M, row: 500 B } } }
  bank: { kind: external, latency: { p50: 40 ms, p99: 150 ms }, rate: 400/s }
flows:
  view: { from: buyers, steps: [{ call: web, do: [{ work: 2 ms }, { call: stock, do: [{ work: 1 ms }, { read: db.orders }] }] }] }
  buy: { from: buyers, steps: [{ call: web, do: [{ work: 2 ms }, { write: db.orders }, { call: bank }] }] }
policies: { default: { timeout: 1 s } }
scenarios:
  fault:
    faults: [${fault}]
    expect: { buy: [success > 99.9%], view: [success > 99.9%] }
`

const limited = (id: string, objective: string, component: string, design: string): FaultyCase => ({
  id,
  scenario: 'fault',
  objective,
  components: [component],
  reasons: ['fault'],
  design,
})

/** What is cut off, refused, held back or renewed from outside. */
export const limitedCases: readonly FaultyCase[] = [
  limited(
    'a part that is cut off from the others',
    'view success',
    'stock',
    shop('cut-off', '{ at: 30 s, partition: stock, for: 60 s }'),
  ),
  limited(
    'a provider that refuses a share of its callers',
    'buy success',
    'bank',
    shop('refused', '{ at: 30 s, deny: 20% of bank, for: 60 s }'),
  ),
  limited(
    'a provider that lowers its rate limit',
    'buy success',
    'bank',
    shop('held-back', '{ at: 30 s, throttle: bank, times: 10, for: 60 s }'),
  ),
  limited('a disk that is full', 'buy success', 'db', shop('disk-full', '{ at: 30 s, fill: db, for: 60 s }')),
  limited(
    'a deployment that stops everything first',
    'view success',
    'stock',
    shop('deployed', '{ at: 30 s, deploy: stock }', ', deploy: { strategy: recreate, takes: 20 s }'),
  ),
  limited('leaders that hand over', 'buy success', 'db', shop('handed-over', '{ at: 30 s, failover: db }')),
]
