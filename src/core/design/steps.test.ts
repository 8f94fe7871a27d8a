import { describe, expect, it } from 'vitest'
import { meanOf } from '../model/distribution.ts'
import type { Step } from './design.ts'
import { designOf, problemsOf } from './validate.test-support.ts'

const design = (steps: string, more = ''): string => `loadpath: 1
assume:
  followers: { is: exp(160) }
  celebrity: 320
  online: 10%
load: { users: { rate: 5/s, mix: { view: 100% } } }
components:
  api: { kind: service }
  lb: { kind: lb }
  db: { kind: postgres, tables: { pages: { rows: 2 M, access: { by-owner: { by: owner, rows: 20 } } } } }
  hot: { kind: redis, keyspaces: { pages: { keys: 1 M } } }
  log: { kind: kafka, topics: { events: {} } }
  locks: { kind: lock-service, locks: { order: one order } }
  sockets: { kind: realtime-gateway }
fragments:
  hydrate:
    with: { items: 30 }
    steps: [{ get: hot.pages, items: = items, miss: [{ read: db.pages, rows: = missed }] }]
policies: { quick: { timeout: 1 s, retry: { times: 2, after: [timeout] } } }
flows:
  view:
    from: users
    steps:
      - call: api
        via: lb
        send: 2 KB
        policy: { is: quick, retry: 1, deadline: none }
        do:
${steps.replaceAll(/^/gm, '          ')}
${more}`

const stepsOf = (steps: string): readonly Step[] => {
  const [call] = designOf(design(steps)).flows.get('view')?.steps ?? []
  return call?.verb === 'call' ? call.steps : []
}
const first = (steps: string): Step | undefined => stepsOf(steps)[0]

describe('steps', () => {
  it('of a call have target, way, size and policy, the named one below what is written', () => {
    const [call] = designOf(design('- work: 1 ms')).flows.get('view')?.steps ?? []
    expect(call).toMatchObject({ verb: 'call', target: { component: 'api' }, operation: null, via: ['lb'], send: 2000 })
    expect(call?.policy).toEqual({ timeout: 1, retryTimes: 1, retryAfter: ['timeout'], deadline: null })
  })

  it('of work are skewed from a bare mean, and may count per item or per kilobyte', () => {
    const work = first('- work: 2 ms')
    expect(work?.verb === 'work' && work.time.law).toBe('lognormal')
    expect(work?.verb === 'work' && meanOf(work.time)).toBeCloseTo(0.002, 12)
    expect(first('- work: 3 us per item')).toMatchObject({
      time: { law: 'fixed', value: 0 },
      each: 3e-6,
      perKilobyte: 0,
    })
    expect(first('- work: 0.1 ms per KB')).toMatchObject({ each: 0, perKilobyte: 1e-4 })
    expect(first('- work: 1024 us per KiB')).toMatchObject({ perKilobyte: 1e-3 })
    expect(first('- wait: 5 ms')).toMatchObject({ time: { law: 'fixed', value: 0.005 } })
  })

  it('of reads know their path, and rows as a number, per item, or by what was missed', () => {
    expect(first('- read: db.pages.by-owner\n  consistency: stale(5 s)')).toMatchObject({
      target: { component: 'db', part: 'pages', path: 'by-owner' },
      rows: null,
      consistency: { staleBy: 5 },
    })
    expect(first('- { write: db.pages, rows: 2 per item }')).toMatchObject({ rows: { each: 2, times: 'items' } })
    expect(first('- { write: db.pages, rows: 200 per batch }')).toMatchObject({
      rows: { fixed: { law: 'fixed', value: 200 }, each: 0 },
    })
    expect(first('- { write: db.pages, rows: = 2 * found + 1 }')).toMatchObject({
      rows: { fixed: { value: 1 }, each: 2, times: 'found' },
    })
  })

  it('of a component with one part mean that part', () => {
    expect(first('- read: db')).toMatchObject({ target: { component: 'db', part: 'pages' } })
  })

  it('of a fragment stand in its place, with its arguments', () => {
    expect(stepsOf('- run: hydrate\n- { run: hydrate, with: { items: 10 } }')).toMatchObject([
      { verb: 'get', items: 30, miss: [{ verb: 'read', rows: { each: 1, times: 'missed' } }] },
      { verb: 'get', items: 10 },
    ])
  })

  it('choose by chance, the branch without a share taking the rest', () => {
    const steps = '- choose: { a: { p: 70%, do: [{ work: 1 ms }] }, b: [], }'
    expect(first(steps)).toMatchObject({ branches: [{ name: 'a', probability: 0.7 }, { name: 'b' }] })
    const choose = first(steps)
    expect(choose?.verb === 'choose' && choose.branches[1]?.probability).toBeCloseTo(0.3, 12)
  })

  it('choose by a condition: its probability, and the law under it, follow from the distribution', () => {
    const steps = `- choose:
    few: { when: followers < celebrity, do: [{ each: follower, count: = followers, do: [{ work: 1 ms }] }] }
    many: [{ each: follower, count: = followers, do: [{ work: 1 ms }] }]`
    const choose = first(steps)
    const branches = choose?.verb === 'choose' ? choose.branches : []
    expect(branches.map(({ probability }) => probability)).toEqual([
      expect.closeTo(1 - Math.exp(-2), 9),
      expect.closeTo(Math.exp(-2), 9),
    ])
    const means = branches.map(({ steps: [each] }) => (each?.verb === 'each' ? meanOf(each.count) : 0))
    // An exponential has no memory: above 320 its mean is 320 + 160. Both branches together have the mean of the whole.
    expect(means[1]).toBeCloseTo(480, 3)
    const [few = 0, many = 0] = means
    expect(few * (1 - Math.exp(-2)) + many * Math.exp(-2)).toBeCloseTo(160, 3)
  })

  it('choose by several conditions in their order', () => {
    const steps = `- choose:
    few: { when: followers <= 160, do: [] }
    some: { when: followers <= 320, do: [] }
    many: []`
    const choose = first(steps)
    const shares = choose?.verb === 'choose' ? choose.branches.map(({ probability }) => probability) : []
    const expected = [1 - Math.exp(-1), Math.exp(-1) - Math.exp(-2), Math.exp(-2)]
    expect(shares).toEqual(expected.map((share) => expect.closeTo(share, 9)))
  })

  it('compare constants exactly, borders included', () => {
    const share = (when: string): number => {
      const choose = first(`- choose: { a: { when: ${when}, do: [] }, b: [] }`)
      return choose?.verb === 'choose' ? (choose.branches[0]?.probability ?? -1) : -1
    }
    expect(['celebrity < 320', 'celebrity <= 320', 'celebrity > 320', 'celebrity >= 320'].map(share)).toEqual([
      0, 1, 0, 1,
    ])
    expect(['320 > celebrity', '320 >= celebrity', '319 < celebrity'].map(share)).toEqual([0, 1, 1])
  })

  it('run branches at once, some of which are given up on', () => {
    const steps = `- parallel: { a: [{ work: 1 ms }], b: [{ work: 1 ms }], c: [] }
  join: 2 of 3
  give-up: { b: 40 ms }`
    expect(first(steps)).toMatchObject({
      need: 2,
      branches: [
        { name: 'a', giveUp: null },
        { name: 'b', giveUp: 0.04 },
        { name: 'c', giveUp: null },
      ],
    })
    const all = first('- parallel: { a: [], b: [] }\n  give-up: 1 s')
    expect(all).toMatchObject({ need: 2, branches: [{ giveUp: 1 }, { giveUp: 1 }] })
  })

  it('repeat so many times, the number standing at the verb or beside a word', () => {
    expect(first('- repeat: 3\n  do: []')).toMatchObject({ count: { law: 'fixed', value: 3 } })
    expect(first('- repeat: page\n  count: = followers / 10\n  do: []')).toMatchObject({
      count: { law: 'exponential', mean: 16 },
    })
    expect(problemsOf(design('- repeat: page\n  do: []'))).toHaveLength(1)
  })

  it('hold, catch, fail, publish, push and reply', () => {
    const steps = `- { hold: locks.order, do: [{ work: 1 ms }] }
- { try: [{ fail: no luck, p: 5% }], catch: [{ fail: rejected }] }
- { publish: log.events, count: = followers * online, size: 180 B, batched: 10 s }
- { push: sockets, size: 400 B, optional: true }
- reply: 8 KB`
    expect(stepsOf(steps)).toMatchObject([
      { verb: 'hold', target: { component: 'locks', part: 'order' }, steps: [{ verb: 'work' }] },
      {
        verb: 'try',
        steps: [{ verb: 'fail', failure: 'error', probability: 0.05 }],
        otherwise: [{ failure: 'rejected', probability: 1 }],
      },
      { verb: 'publish', count: { fixed: { law: 'exponential', mean: 16 } }, size: 180, batched: 10 },
      { verb: 'push', size: 400, isOptional: true },
      { verb: 'reply', size: 8000 },
    ])
  })

  it('are not multiplied without end by fragments in fragments', () => {
    const doubling = Array.from(
      { length: 30 },
      (_, i) => `  f${i}: { steps: [{ run: f${i + 1} }, { run: f${i + 1} }] }`,
    )
    const text = design('- run: f0').replace(
      'fragments:',
      `fragments:\n${doubling.join('\n')}\n  f30: { steps: [{ work: 1 ms }] }`,
    )
    expect(problemsOf(text)).toEqual([
      'too-many-steps: with its fragments written out, the design has more than 200000 steps',
    ])
  })
})
