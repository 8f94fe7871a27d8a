import { describe, expect, it } from 'vitest'
import type { Component, Design, Step, Target } from '../design/design.ts'
import { exponential, fixed } from '../model/distribution.ts'
import { scanRead } from './scan-read.ts'
import { strongReadOfReplica } from './strong-read-of-replica.ts'
import {
  cache,
  call,
  component,
  group,
  line,
  lookup,
  objective,
  saidBy,
  serve,
  station,
  subjectOf,
  type SubjectSpec,
  written,
} from './subject.test-support.ts'
import { ttlOverFreshness } from './ttl-over-freshness.ts'
import { undeclaredClass } from './undeclared-class.ts'
import type { RowStep } from './written-steps.ts'

const common = (at: number) => ({ span: line(at), policy: {}, priority: null, isOptional: false })
const target = (name: string): Target => {
  const [id = '', part = null, path = null] = name.split('.')
  return { component: id, part, path, span: line(1) }
}

const read = (at: number, name: string, consistency: RowStep['consistency'] = 'default'): Step => ({
  ...common(at),
  verb: 'read',
  target: target(name),
  rows: null,
  pages: fixed(1),
  consistency,
})
const write = (at: number, name: string): Step => ({
  ...common(at),
  verb: 'write',
  target: target(name),
  rows: null,
  pages: fixed(1),
  consistency: 'default',
})
const get = (at: number, name: string, miss: readonly Step[]): Step => ({
  ...common(at),
  verb: 'get',
  target: target(name),
  items: 1,
  mode: 'single',
  hit: [],
  miss,
})
const put = (at: number, name: string): Step => ({
  ...common(at),
  verb: 'put',
  target: target(name),
  items: 1,
  mode: 'single',
})
const within = (name: string, ...steps: readonly Step[]): Step => ({
  ...common(20),
  verb: 'call',
  target: target(name),
  operation: null,
  via: [],
  send: 0,
  steps,
})

const flowsOf = (...flows: readonly (readonly Step[])[]): Pick<Design, 'flows'> => ({
  flows: new Map(
    flows.map((steps, i) => {
      const id = i === 0 ? 'f' : `f${i}`
      return [id, written(id, { steps })] as const
    }),
  ),
})

describe('a cache before a read', () => {
  const cached = (timeToLive: number, flows: readonly (readonly Step[])[], changes: Partial<SubjectSpec> = {}) => {
    const subject = subjectOf({
      groups: [group('hot'), group('db')],
      resources: [cache(0, 'hot links', { timeToLive })],
      steps: flows.map(() => [lookup(2, 0, {})]),
      design: flowsOf(...flows),
      ...changes,
    })
    return saidBy(ttlOverFreshness, subject)
  }
  const stale = get(2, 'hot.links', [read(3, 'db.links', { staleBy: 5 })])

  it('that keeps answers for longer than the read allows is told', () => {
    expect(cached(3600, [[stale]])).toEqual([
      '2: `hot.links` keeps its answers for up to 60 min, but the read of `db.links` behind it takes at most 5 s',
    ])
    expect(cached(Infinity, [[stale]])).toEqual([
      '2: `hot.links` keeps its answers for ever, but the read of `db.links` behind it takes at most 5 s',
    ])
  })

  it('that keeps them for less is fine', () => {
    expect(cached(5, [[stale]])).toEqual([])
  })

  it('counts reads in the components that it calls', () => {
    const far = get(2, 'hot.links', [within('api', read(3, 'db.links', { staleBy: 5 }))])
    expect(cached(60, [[far]])).toHaveLength(1)
  })

  it('is fresh when every flow that writes puts into it as well', () => {
    const updating = [write(5, 'db.links'), put(6, 'hot.links')]
    expect(cached(3600, [[stale], updating])).toEqual([])
    expect(cached(3600, [[stale], updating, [write(7, 'db.links')]])).toHaveLength(1)
  })

  it('is no cache when the keyspace is the original', () => {
    const keyspaces = new Map([['links', { value: { write: 'model' } }]])
    const design = { ...flowsOf([stale]), components: new Map([['hot', component('hot', { keyspaces })]]) }
    expect(cached(3600, [[stale]], { design })).toEqual([])
  })

  it('hides what an objective promises to show soon', () => {
    const plain = get(2, 'hot.links', [read(3, 'db.links')])
    const objectives = [objective('f1', { indicator: 'fresh', share: 0.99, target: 60, text: 'fresh 99% < 60 s' })]
    const flows = [[plain], [write(5, 'db.links')]]
    expect(cached(3600, flows, { objectives })).toEqual([
      '2: `hot.links` keeps its answers for up to 60 min, but what `f1` writes to `db.links` is promised fresh 99% < 60 s',
    ])
    expect(cached(30, flows, { objectives })).toEqual([])
  })
})

describe('a strong read', () => {
  const strong = (replicas: unknown, consistency: RowStep['consistency'] = 'strong') =>
    saidBy(
      strongReadOfReplica,
      subjectOf({
        steps: [[]],
        design: {
          ...flowsOf([read(3, 'db.links', consistency)]),
          components: new Map([['db', component('db', { replicas })]]),
        },
      }),
    )
  const replicas = { count: 2, mode: { kind: 'async' }, 'read-from': 'replica' }

  it('cannot be answered by replicas that follow asynchronously', () => {
    expect(strong(replicas)).toEqual([
      '3: the read of `db.links` is strong, but `db` is read from replicas (`read-from: replica`), which follow asynchronously: only the leader can answer it',
    ])
  })

  it('cannot be answered by quorums that do not overlap', () => {
    const quorum = (write: number) => ({ count: 2, mode: { kind: 'quorum', read: 1, write, copies: 3 } })
    expect(strong(quorum(2))).toEqual([
      '3: the read of `db.links` is strong, but quorums of `db` do not overlap (r 1 + w 2 of 3): only the leader can answer it',
    ])
    expect(strong(quorum(3))).toEqual([])
  })

  it('is fine from the leader, and any other read from replicas', () => {
    expect(strong({ ...replicas, 'read-from': 'leader' })).toEqual([])
    expect(strong({ ...replicas, mode: { kind: 'sync', count: 2 } })).toEqual([])
    expect(strong(replicas, { staleBy: 5 })).toEqual([])
  })
})

describe('a read without an index', () => {
  const scanned = (rows: number, by: string, kind = 'sql-database') => {
    const access = new Map([['by-age', { value: { by, rows: exponential(10) } }]])
    const tables = new Map([['people', { value: { rows, row: 200, access } }]])
    return saidBy(
      scanRead,
      subjectOf({
        groups: [group('db')],
        resources: [station(0, 'db cpu')],
        steps: [[call(3, 0, [serve(0, 0.3)])]],
        design: {
          ...flowsOf([read(3, 'db.people.by-age')]),
          components: new Map([['db', { ...component('db', { tables }), kind }]]),
        },
      }),
    )
  }

  it('is told with rows, pages and time', () => {
    expect(scanned(1e6, 'scan')).toEqual([
      '3: no key or index serves `db.people.by-age`: it scans 1 M rows in 24.4 k pages, 300 ms each time',
    ])
  })

  it('of a small table is fine', () => {
    expect(scanned(1000, 'scan')).toEqual([])
  })

  it('is not meant by one that has an index, or a store made for it', () => {
    expect(scanned(1e6, 'age')).toEqual([])
    expect(scanned(1e6, 'scan', 'columnar-store')).toEqual([])
  })
})

describe('a class of data', () => {
  const moved = (steps: readonly Step[], components: readonly Component[]) =>
    saidBy(
      undeclaredClass,
      subjectOf({
        steps: [[]],
        design: {
          ...flowsOf([within('api', ...steps)]),
          components: new Map(components.map((one) => [one.id, one])),
          security: {
            ...subjectOf({ steps: [] }).design.security,
            classes: new Map([
              ['people', { confidentiality: 'restricted', integrity: null, isPersonal: true, span: line(9) }],
              ['prices', { confidentiality: 'public', integrity: null, isPersonal: null, span: line(9) }],
            ]),
          },
        },
      }),
    )
  const api = component('api')
  const db = { ...component('db'), stores: ['people'] }

  it('that a component reads without listing it is told', () => {
    expect(moved([read(3, 'db.rows')], [api, db])).toEqual([
      '80: `people` (restricted, personal) reaches `api`, which does not list it under `handles` or `stores`',
    ])
    expect(moved([read(3, 'db.rows')], [{ ...api, handles: ['people'] }, db])).toEqual([])
  })

  it('that is written to a part of its name is told of the store', () => {
    const hot = component('hot')
    expect(moved([put(3, 'hot.people')], [{ ...api, handles: ['people'] }, hot])).toEqual([
      '80: `people` (restricted, personal) reaches `hot`, which does not list it under `handles` or `stores`',
    ])
  })

  it('is one message, whoever it reaches', () => {
    const hot = component('hot')
    expect(moved([read(3, 'db.rows'), put(4, 'hot.people')], [api, db, hot])).toEqual([
      '80: `people` (restricted, personal) reaches `api` and `hot`, which do not list it under `handles` or `stores`',
    ])
  })

  it('may go anywhere when it is public, one of several, or nobody lists any', () => {
    expect(moved([read(3, 'db.prices')], [api, db])).toEqual([])
    expect(moved([read(3, 'db.rows')], [api, { ...db, stores: ['people', 'orders'] }])).toEqual([])
    expect(moved([read(3, 'db.rows')], [api, component('db')])).toEqual([])
    expect(moved([read(3, 'db.people')], [api, component('db')])).toEqual([])
  })
})
