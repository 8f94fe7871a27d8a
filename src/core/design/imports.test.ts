import { describe, expect, it } from 'vitest'
import { designOf, problemsOf } from './validate.test-support.ts'

const main = `loadpath: 1
import: { pay: ./parts/pay.yaml }
load: { users: { rate: 5/s, mix: { buy: 100% } } }
places: { eu: { region: eu-west-1, zones: [a, b] } }
components:
  api: { kind: service, operations: { go: [{ work: 1 ms }] } }
  other: { kind: pay.our-service }
flows:
  buy:
    from: users
    steps:
      - call: api
        do: [{ call: pay.api.charge, policy: pay.quick }, { run: pay.audit }, { call: other }]
policies: { edges: { api -> pay.api: { timeout: 1 s } } }
`
const pay = `loadpath: 1
import: { books: ./books.yaml }
assume: { rows: 7 }
places: { eu: { region: us-east-1 } }
kinds: { our-service: { is: service, instances: 4 } }
components:
  api: { kind: our-service, at: eu.b, operations: { charge: [{ work: 2 ms }, { write: db.payments, rows: = rows }] } }
  db: { kind: postgres, tables: { payments: { rows: 1 M } } }
  relay: { kind: worker }
  log: { kind: kafka, topics: { paid: {} } }
fragments:
  audit: { steps: [{ write: books.ledger.lines, rows: = rows }, { publish: log.paid }] }
policies:
  quick: { timeout: 50 ms }
  edges: { api -> db: { timeout: 20 ms } }
flows:
  settle: { consume: log.paid, by: relay, steps: [{ write: db.payments }] }
  page: { from: visitors, steps: [{ call: api }] }
`
const books = `loadpath: 1
components: { ledger: { kind: postgres, tables: { lines: { rows: 1 M } } } }
`
const files = { 'parts/pay.yaml': pay, 'parts/books.yaml': books }

describe('imports', () => {
  const design = designOf(main, { files })

  it('bring components, kinds and flows that start by themselves, each under the name of its file', () => {
    expect([...design.components.keys()]).toEqual([
      'api',
      'other',
      'pay.api',
      'pay.db',
      'pay.relay',
      'pay.log',
      'pay.books.ledger',
    ])
    expect(design.components.get('other')?.settings['instances']).toBe(4)
    expect([...design.flows.keys()]).toEqual(['buy', 'pay.settle'])
  })

  it('resolve names in their own file, and from outside with the prefix', () => {
    const [call] = design.flows.get('buy')?.steps ?? []
    const inner = call?.verb === 'call' ? call.steps : []
    expect(inner.map((step) => ('target' in step ? step.target : null))).toMatchObject([
      { component: 'pay.api', part: null },
      { component: 'pay.books.ledger', part: 'lines' },
      { component: 'pay.log', part: 'paid' },
      { component: 'other' },
    ])
    expect(inner[0]).toMatchObject({ operation: 'charge', policy: { timeout: 0.05 } })
    const [, write] = design.components.get('pay.api')?.operations.get('charge') ?? []
    expect(write).toMatchObject({ target: { component: 'pay.db' }, rows: { fixed: { law: 'fixed', value: 7 } } })
    expect(inner[1]).toMatchObject({ rows: { fixed: { value: 7 } } })
  })

  it('name the places of the design', () => {
    expect(design.places.get('eu')?.region).toBe('eu-west-1')
    expect(design.components.get('pay.api')?.at).toEqual(['eu.b'])
  })

  it('tell pairs of policies apart by file', () => {
    expect([...design.policies.edges.keys()]).toEqual(['pay.api -> pay.db', 'api -> pay.api'])
  })

  it('give up after 16 files in each other', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [
        `f${i}.yaml`,
        `loadpath: 1\nimport: { next: f${i + 1}.yaml }\ncomponents: {}\n`,
      ]),
    )
    const text = 'loadpath: 1\nimport: { next: f0.yaml }\ncomponents: {}\n'
    expect(problemsOf(text, { files: chain })).toEqual(['import-path: imports are nested more than 16 deep'])
  })

  it('give up after 200 files', () => {
    const names = Array.from({ length: 201 }, (_, i) => `f${i}`)
    const many = Object.fromEntries(names.map((name) => [`${name}.yaml`, 'loadpath: 1\ncomponents: {}\n']))
    const text = `loadpath: 1\nimport: { ${names.map((name) => `${name}: ${name}.yaml`).join(', ')} }\ncomponents: {}\n`
    expect(problemsOf(text, { files: many })).toEqual(['import-path: a design imports at most 200 files'])
  })

  it('are refused where no files can be read', () => {
    expect(problemsOf('loadpath: 1\nimport: { a: a.yaml }\ncomponents: {}\n')).toEqual([
      'import-path: files cannot be imported here',
    ])
  })

  it('never leave the folder, whatever the spelling', () => {
    const ways = [
      '../a.yaml',
      'x/../../a.yaml',
      '/a.yaml',
      '~/a.yaml',
      'C:\\a.yaml',
      'c:/a.yaml',
      '//host/a.yaml',
      'HTTP://h/a.yaml',
    ]
    for (const way of ways) {
      const text = `loadpath: 1\nimport: { a: '${way}' }\ncomponents: {}\n`
      const read = problemsOf(text, { files: new Proxy({}, { get: () => books }) })
      expect([way, read.length, read[0]?.startsWith('import-path')]).toEqual([way, 1, true])
    }
  })
})
