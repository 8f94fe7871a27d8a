import { describe, expect, it } from 'vitest'
import { parse } from '../text/parse.ts'
import { testKinds } from './kinds.test-support.ts'
import { tryChanges } from './trials.ts'
import { designOf, problemsOf, read, shop } from './validate.test-support.ts'
import { validate } from './validate.ts'

describe('components', () => {
  it('have settings: what is written, then the author’s kinds, then the technology, then defaults', () => {
    const text = shop(`kinds:
  ours: { is: service, size: { cpu: 8, memory: 4 GiB }, limits: { queue: 7, concurrency: 3 } }
  theirs: { is: ours, size: { cpu: 16 } }
`).replace('kind: service, instances: 2', 'kind: theirs, limits: { queue: 9 }')
    const api = designOf(text).components.get('api')
    expect(api).toMatchObject({ kind: 'service', technology: 'service', writtenKind: 'theirs' })
    expect(api?.settings).toMatchObject({
      instances: 1,
      size: { cpu: 16, memory: 4 * 1024 ** 3 },
      limits: { queue: 9, concurrency: 3, 'when-full': 'reject' },
    })
    expect(api?.written.entries.map(({ key }) => key).toSorted()).toEqual(['limits', 'size'])
    const db = designOf(text).components.get('db')
    expect(db).toMatchObject({ kind: 'sql-database', technology: 'postgres', settings: { pool: { max: 20 } } })
    const inFile = db?.written.entries.filter(({ value }) => value.span.file !== '') ?? []
    expect(inFile.map(({ key }) => key)).toEqual(['tables'])
  })

  it('take an alias for the kind', () => {
    const text = shop()
      .replace('  hot:', '  lb: { kind: lb }\n  hot:')
      .replace('call: api', 'call: api\n        via: lb')
    expect(designOf(text).components.get('lb')).toMatchObject({ kind: 'load-balancer', writtenKind: 'lb' })
  })

  it('stand in places; pinned ones in those zones alone', () => {
    const text = shop('places: { eu: { region: eu-west-1, zones: [a, b, c] } }\n')
    const placed = (at: string) => designOf(text.replace('instances: 2', `instances: 2, ${at}`)).components.get('api')
    expect(placed('at: eu, spread: 2')).toMatchObject({ at: ['eu'], spread: 2 })
    expect(placed('at: [eu.a, eu-west-1]')).toMatchObject({ at: ['eu.a', 'eu-west-1'], spread: null })
    expect(placed('at: eu, pin: eu.b')).toMatchObject({ at: ['eu.b'] })
  })

  it('have operations that calls name', () => {
    const text = shop().replace('instances: 2', 'operations: { show: [{ work: 1 ms }, { read: db.pages }] }')
    const design = designOf(text.replace('- call: api', '- call: api.show'))
    expect(design.components.get('api')?.operations.get('show')).toMatchObject([{ verb: 'work' }, { verb: 'read' }])
    expect(design.flows.get('view')?.steps).toMatchObject([
      { verb: 'call', operation: 'show', target: { component: 'api', part: null } },
    ])
  })
})

describe('policies', () => {
  it('hold only the keys that were written', () => {
    const { policies } = designOf(
      shop(`policies:
  default: { timeout: 1 s, retry: 0 }
  edges:
    api -> hot:
      timeout: none
      hedge: { after: p95, at-most: 5% }
      breaker: { open-at: 50% of 100, half-open: 5 s }
      bulkhead: 8
      retry: { budget: none, jitter: plus }
      on-fail: treat-as-miss
`),
    )
    expect(policies.byDefault).toEqual({ timeout: 1, retryTimes: 0 })
    expect(policies.edges.get('api -> hot')).toEqual({
      timeout: null,
      hedge: { after: { percentile: 0.95 }, atMost: 0.05 },
      breaker: { openAt: 0.5, window: 100, halfOpen: 5 },
      bulkhead: { concurrency: 8, queue: 0 },
      retryBudget: null,
      retryJitter: 'plus',
      onFail: 'treat-as-miss',
    })
  })

  it('of a component are its own', () => {
    const text = shop('policies: { quick: { timeout: 50 ms } }\n')
    const api = designOf(text.replace('instances: 2', 'policy: { is: quick, deadline: 1 s }')).components.get('api')
    expect(api?.policy).toEqual({ timeout: 0.05, deadline: 1 })
  })
})

describe('scenarios', () => {
  const scenarioOf = (text: string) => designOf(shop(`scenarios: { s: ${text} }\n`)).scenarios.get('s')

  it('have faults with their times: their own, or those of `during`', () => {
    const faults = scenarioOf(`{ during: 5 min..10 min, faults: [
      { kill: 'api[1]' }, { at: 1 min, slow: db, times: 20, for: 10 s }, { at: 2 min, kill: db },
      { at: 1 min, until: 3 min, errors: 20% of api }, { disconnect: 25% of api },
      { burst: view, times: 200, over: 30 s },
      { flush: hot }, { slow: hot, by: 200 ms } ] }`)?.faults
    expect(faults).toMatchObject([
      { kind: 'kill', target: { kind: 'instance', id: 'api', instance: 1 }, start: 300, end: 600 },
      { kind: 'slow', target: { kind: 'component', id: 'db' }, start: 60, end: 70, times: 20 },
      { kind: 'kill', start: 120, end: Infinity },
      { kind: 'errors', start: 60, end: 180, share: 0.2 },
      { kind: 'disconnect', start: 300, end: 300, share: 0.25, text: 'disconnect 25% of api' },
      { kind: 'burst', target: { kind: 'flow', id: 'view' }, start: 300, end: 330, times: 200 },
      { kind: 'flush', start: 300, end: 300 },
      { kind: 'slow', by: 0.2, times: 1, start: 300, end: 600 },
    ])
  })

  it('have load, expectations and changes of their own', () => {
    const scenario = scenarioOf(`{ set: { load.users.rate: 9/s }, during: 1 min..2 min,
      load: { bad: { hostile: true, rate: 5 k/s, mix: { view: 100% } } },
      expect: { view: [success > 99%], system: [no-metastable, recovered-within 60 s], db: [utilization < 80%] } }`)
    expect(scenario?.actors.get('bad')).toMatchObject({ isHostile: true, demand: { rate: 5000 } })
    expect(scenario?.sets).toEqual(['load.users.rate'])
    expect(scenario?.during).toEqual({ start: 60, end: 120 })
    expect(scenario?.expect.map(({ id, target }) => [id, target])).toEqual([
      ['view success', 0.99],
      ['system no-metastable', 1],
      ['system recovered-within', 60],
      ['db utilization', 0.8],
    ])
  })

  it('may search and sweep', () => {
    const search = `{ search: { minimize: cost, vary: { components.api.instances: 3..30 }, subject-to: [objectives, cost < 5 k USD/month] } }`
    expect(scenarioOf(search)).toMatchObject({ isSearch: true, isSweep: false })
    expect(scenarioOf('{ sweep: { load.users.rate: [5/s, 50/s] } }')).toMatchObject({ isSweep: true })
  })
})

describe('objectives', () => {
  it('are about flows, components, the system, and data sets through whoever stores them', () => {
    const text = shop(`requirements:
  objectives:
    view: [p99 < 120 ms, fresh 99% < 60 s]
    pages: [utilization < 70%]
    orders: [lag < 5 s]
    system: [cost < 15 k USD/month]
`).replace('kind: redis', 'kind: redis, stores: [orders]')
    const objectives = designOf(text).requirements.objectives
    expect(objectives.map(({ id, subject, target, share }) => [id, subject.kind, subject.id, target, share])).toEqual([
      ['view p99', 'flow', 'view', 0.12, null],
      ['view fresh', 'flow', 'view', 60, 0.99],
      ['pages utilization', 'component', 'db', 0.7, null],
      ['orders lag', 'component', 'hot', 5, null],
      ['system cost', 'system', 'system', 15_000, null],
    ])
  })

  it('may stand at the same figure from both sides, and not beyond', () => {
    const problems = (list: string): number =>
      problemsOf(shop(`requirements: { objectives: { view: [${list}] } }\n`)).length
    expect(problems('p99 < 200 ms, p50 > 100 ms, p50 < 150 ms')).toBe(0)
    expect(problems('p50 <= 100 ms, p50 >= 100 ms')).toBe(0)
    expect(problems('p50 < 100 ms, p50 >= 100 ms')).toBe(1)
    expect(problems('p50 < 100 ms, p99 > 200 ms')).toBe(0)
    expect(problems('p99 < 100 ms, p50 > 200 ms')).toBe(1)
    expect(problems('fresh 99% < 5 s, fresh 50% > 9 s')).toBe(0)
  })
})

describe('a design', () => {
  it('is named after its file when it does not say its name', () => {
    const { document } = parse(shop().replace('name: shop\n', ''), { file: 'designs/store.loadpath.yaml' })
    expect(document && validate(document, testKinds).design).toMatchObject({ name: 'store', title: 'store' })
  })

  it('warns of what plays no part, and only once there is no mistake', () => {
    const text = shop(`assume: { spare: 5 }
fragments: { spare: { steps: [] } }
kinds: { spare: { is: service } }
policies: { spare: { timeout: 1 s }, edges: { db -> api: { timeout: 1 s } } }
requirements: { functions: { view: See a page, buy: Buy one } }
`)
    expect(problemsOf(text).map((problem) => problem.replace(/^(\S+): .*?`(\S+?)`.*$/, '$1 $2'))).toEqual([
      'unused spare',
      'unused spare',
      'unused spare',
      'unused spare',
      'unused db',
      'function-flow buy',
    ])
    expect(problemsOf(`${text}decisions: { a: {} }\n`)).toHaveLength(1)
  })

  it('knows no key that JavaScript gives every object', () => {
    for (const key of ['toString', 'valueOf', 'hasOwnProperty']) {
      expect(problemsOf(shop().replace('instances: 2', `${key}: 2`))).toEqual([
        `unknown-key: a \`service\` has no \`${key}\``,
      ])
      expect(problemsOf(shop(`${key}: 2\n`))).toEqual([`unknown-key: a design has no \`${key}\``])
      expect(problemsOf(shop().replace('- work: 2 ms', `- ${key}: 2 ms`))).toHaveLength(1)
    }
    const sets = [{ path: 'components.__proto__.polluted', value: 'true' }]
    expect(problemsOf(shop(), { sets })).toHaveLength(1)
  })

  it('says a dangling name once, with all its places', () => {
    const text = shop().replace('- work: 2 ms', `${'- call: pay\n          '.repeat(40)}- work: 2 ms`)
    const { diagnostics } = read(text)
    expect(diagnostics.map(({ code, also }) => [code, also?.length])).toEqual([['unknown-component', 39]])
  })

  it('says a name that assume does not have once, and a component that is gone once', () => {
    const twice = shop().replace('- work: 2 ms', '- { wait: = pause }\n          - { wait: = pause * 2 }')
    expect(read(twice).diagnostics.map(({ code, also }) => [code, also?.length])).toEqual([['unknown-name', 1]])
    const gone = shop(`requirements: { objectives: { db: [utilization < 70%] } }
scenarios: { s: { faults: [{ at: 1 min, kill: db }] } }
policies: { edges: { api -> db: { timeout: 1 s } } }
`).replace('  db:', '  dbx:')
    expect(read(gone).diagnostics.map(({ code, also }) => [code, also?.length])).toEqual([['unknown-component', 3]])
  })

  it('says a range that stands around a law, or does not hold its value', () => {
    const text = shop('assume: { a: { is: exp(5 ms), range: 3 ms..7 ms } }\n').replace('work: 2 ms', 'wait: = a')
    expect(read(text).diagnostics.map(({ code }) => code)).toEqual(['range-of-law'])
    const outside = shop('').replace('1 M', '{ is: 3 M, range: 1 M..2 M }')
    expect(read(outside).diagnostics.map(({ code }) => code)).toEqual(['number-range'])
  })

  it('diagnoses thousands of wrong names without comparing each with each', () => {
    const names = Array.from({ length: 1000 }, (_, i) => i)
    const text = `loadpath: 1
load: { users: { rate: 5/s, mix: { view: 100% } } }
components:
${names.map((i) => `  component-${i}: { kind: service }\n`).join('')}flows:
  view:
    from: users
    steps:
${names.map((i) => `      - call: componnent-${i}\n`).join('')}`
    const { diagnostics } = read(text)
    expect(diagnostics).toHaveLength(1000)
    expect(diagnostics[0]?.message).toContain('did you mean')
    expect(diagnostics.at(-1)?.message).not.toContain('did you mean')
  })

  it('is tried with its variants and the values of its searches', () => {
    const text = shop(`variants: { v: { set: { components.api.instances: many } } }
scenarios:
  a: { search: { minimize: cost, vary: { components.api.instances: [2, x], components.db.shards: 1..4 } } }
  b: { sweep: { load.users.rate: 5..7 } }
`)
    const { document } = parse(text, { file: 'design.yaml' })
    expect(problemsOf(text)).toEqual([])
    const found = document === null ? [] : tryChanges(document, testKinds, { isRight: true })
    expect(found.map(({ message }) => message)).toEqual([
      'expected a count, got `many`',
      'expected a count, got `x`',
      '`5` has no unit; a rate needs one',
      '`7` has no unit; a rate needs one',
    ])
  })
})
