import { describe, expect, it } from 'vitest'
import { exponential, fixed, meanOf } from '../model/distribution.ts'
import type { Pool, Station } from '../model/resource.ts'
import { allSteps, askOf, hostileAskOf, type Made, make, servedAt } from './kinds.test-support.ts'

const work = (made: Made) => made.behaviour.work?.(exponential(0.01), { each: 0, times: 'items' }, made.write) ?? []
const call = (made: Made) => made.behaviour.call!(work(made), askOf(made))
const stations = (made: Made) => made.resources.filter((one): one is Station => one.kind === 'station')
const pools = (made: Made) => made.resources.filter((one): one is Pool => one.kind === 'pool')
const kindsOf = (made: Made): readonly string[] => allSteps(call(made).steps).map(({ kind }) => kind)

describe('a station', () => {
  const made = make(
    'station',
    '{ servers: 3, queue: 7, discipline: lifo, patience: 50 ms, up: exp(60 s), down: exp(5 s) }',
  )

  it('is one resource with what was written, and nothing else', () => {
    expect(made.resources).toEqual([
      {
        kind: 'station',
        id: 'it',
        group: 0,
        servers: 3,
        discipline: 'lifo',
        waitingRoom: 7,
        whenFull: 'reject',
        patience: fixed(0.05),
        outages: { up: exponential(60), down: exponential(5) },
        label: 'station',
      },
    ])
    expect(made.costs).toEqual([])
  })

  it('adds nothing to the work that is nested in a call', () => {
    const { steps, send, receive } = call(made)
    expect([send, receive]).toEqual([0, 0])
    expect(steps).toEqual([made.write.serve(0, exponential(0.01))])
  })

  it('needs both times of a breakdown, and weights to balance by them', () => {
    const { problems } = make('station', '{ up: exp(60 s), balance: weighted }')
    expect(problems.map(({ code, param }) => [code, param])).toEqual([
      ['balance-weights', 'balance'],
      ['breakdown', 'up'],
    ])
  })
})

describe('a service', () => {
  it('shares whole processors among its requests', () => {
    const made = make('service', '{ size: { cpu: 4 } }')
    expect(stations(made)[0]).toMatchObject({ servers: 4, discipline: 'ps', label: 'cpu' })
    expect(work(made)).toEqual([made.write.serve(0, exponential(0.01))])
  })

  it('with half a processor works half as fast', () => {
    const made = make('service', '{ size: { cpu: 0.5 } }')
    expect(stations(made)[0]!.servers).toBe(1)
    expect(servedAt(made, { steps: work(made) }, 'cpu').map(({ work: law }) => meanOf(law))).toEqual([0.02])
  })

  it('with one and a half has two at three quarters', () => {
    const made = make('service', '{ size: { cpu: 1.5 } }')
    expect(stations(made)[0]!.servers).toBe(2)
    expect(servedAt(made, { steps: work(made) }, 'cpu').map(({ work: law }) => meanOf(law))).toEqual([
      expect.closeTo(0.01 / 0.75, 12),
    ])
  })

  it('stretches the work of each message too', () => {
    const made = make('service', '{ size: { cpu: 0.5 } }')
    const [serve] = made.behaviour.work!(fixed(0), { each: 0.001, times: 'items' }, made.write)
    expect(serve).toMatchObject({ each: 0.002, times: 'items' })
  })

  it('holds nothing when it is asynchronous, and a thread around all that is nested when it is not', () => {
    expect(kindsOf(make('service', '{}'))).toEqual(['serve'])
    const made = make('service', '{ runtime: threads(8), limits: { queue: 100 k } }')
    expect(kindsOf(made)).toEqual(['hold', 'serve'])
    expect(pools(made)).toMatchObject([{ slots: 8, waitingRoom: 100_000, whenFull: 'reject', label: 'threads' }])
  })

  it('asks for a token, then a place, then a thread', () => {
    const limits = 'limits: { concurrency: 10, queue: 5, rate: { per: 100/s, burst: 20 } }'
    const made = make('service', `{ runtime: threads(8), ${limits} }`)
    expect(kindsOf(made)).toEqual(['admit', 'hold', 'hold', 'serve'])
    const [first] = allSteps(call(made).steps).filter((step) => step.kind === 'hold')
    expect(made.resources[first!.pool]).toMatchObject({ label: 'concurrency limit', slots: 10, waitingRoom: 5 })
    // The queue is that of the outer limit: a thread is waited for without end.
    expect(pools(made).find(({ label }) => label === 'threads')!.waitingRoom).toBe(Infinity)
    expect(made.resources).toContainEqual({ kind: 'limiter', id: 'it rate limit', group: 0, rate: 100, burst: 20 })
  })

  it('takes a burst of one second, and of one request at least, when nobody says', () => {
    const burst = (rate: string) =>
      make('service', `{ limits: { rate: ${rate} } }`).resources.find((one) => one.kind === 'limiter')
    expect(burst('100/s')).toMatchObject({ rate: 100, burst: 100 })
    expect(burst('6/min')).toMatchObject({ rate: 0.1, burst: 1 })
  })

  it('with `when-full: wait` has a queue without end', () => {
    const made = make('service', '{ limits: { concurrency: 10, queue: 5, when-full: wait } }')
    expect(pools(made)[0]!.waitingRoom).toBe(Infinity)
  })

  it('scales between its bounds by the processors', () => {
    const scale = 'scale: { min: 6, max: 24, target: cpu 55%, react: 30 s, start: 40 s }'
    const made = make('service', `{ instances: 6, ${scale} }`)
    expect(made.groups).toMatchObject([{ perShard: 6, perShardMax: 24 }])
    const times = { react: 30, startDelay: 40, coolDown: 300 }
    expect(made.scalers).toEqual([{ group: 0, by: 'busy', station: 0, min: 6, max: 24, target: 0.55, ...times }])
  })

  it('scales to four times its instances when no bound is written', () => {
    expect(make('service', '{ instances: 12, scale: { target: cpu 60% } }').scalers).toMatchObject([
      { min: 12, max: 48 },
    ])
  })

  it('cannot start outside the bounds of its scaling', () => {
    const { problems } = make('service', '{ instances: 9, scale: { max: 3, target: cpu 50% } }')
    expect(problems.map(({ message }) => message)).toEqual(['`instances: 9` is above `scale.max: 3`'])
  })

  it('is noticed to be dead after three probes of 10 s', () => {
    expect(make('service', '{}').groups).toMatchObject([{ detect: 30, promote: Infinity }])
  })

  it('stands still as a whole in its pauses', () => {
    const made = make('service', '{ slow-mode: { every: 30 s, for: 50 ms } }')
    expect(stations(made)[0]!.outages).toEqual({ up: exponential(30), down: fixed(0.05) })
  })

  it('says when a queue has nothing to wait for', () => {
    const { problems } = make('service', '{ limits: { queue: 5 } }')
    expect(problems).toMatchObject([{ severity: 'warning', code: 'no-effect', param: 'limits' }])
    expect(make('service', '{ runtime: threads(2), limits: { queue: 5 } }').problems).toEqual([])
  })

  it('hashes the key that a request has drawn, or one of a million', () => {
    const made = make('service', '{ balance: hash(user) }')
    expect(made.behaviour.call!([], askOf(made, { keyDomain: 7 })).pick).toMatchObject({ within: 'hash', shardBy: 7 })
    expect(made.behaviour.call!([], askOf(made)).pick.shardBy).toBe(0)
    expect(made.domains).toEqual([{ keys: 1e6, exponent: 0 }])
  })
})

describe('what an instance costs', () => {
  it('is the list price of its processors and memory: 2 and 4 GiB for 65.15 USD a month', () => {
    const made = make('service', '{ size: { cpu: 2, memory: 4 GiB } }')
    expect(made.costs).toEqual([{ label: 'machine', dollars: expect.closeTo(730 * 0.08925, 6), isPerInstance: true }])
  })

  it('is that of its machine, whose processors and memory count', () => {
    const made = make('service', '{ machine: m7g.xlarge }')
    expect(made.costs).toEqual([{ label: 'machine', dollars: expect.closeTo(730 * 0.1632, 6), isPerInstance: true }])
    expect(stations(made)[0]!.servers).toBe(4)
    expect(make('service', '{ machine: m7g.xlarge, size: { cpu: 8 } }').problems).toMatchObject([
      { code: 'size-and-machine' },
    ])
  })

  it('is what was written', () => {
    const made = make('service', '{ price: 100 USD/month, size: { disk: { space: 1 TB } } }')
    expect(made.costs).toEqual([{ label: 'price as written', dollars: 100, isPerInstance: true }])
  })

  it('includes the disk: 1 TB, 1 000 IOPS and 75 MB/s beyond what is included', () => {
    const made = make(
      'postgres',
      '{ tables: { t: { rows: 1 } }, size: { disk: { space: 1 TB, iops: 4 k, throughput: 200 MB/s } } }',
    )
    expect(made.costs.find(({ label }) => label === 'disk')!.dollars).toBeCloseTo(80 + 5 + 3, 6)
  })
})

describe('a load balancer', () => {
  it('has its own processors, and picks what is behind by its own rule', () => {
    const made = make('load-balancer', '{ balance: least-requests }')
    expect(servedAt(made, call(made), 'cpu').map(({ work: law }) => meanOf(law))).toEqual([
      expect.closeTo(40e-6, 12),
      0.01,
    ])
    expect(made.behaviour.forwards?.pick).toEqual({ within: 'least-requests', weights: [] })
    expect(call(made).pick.within).toBe('round-robin')
  })

  it('costs nothing in an ideal network', () => {
    const made = make('api-gateway', '{ token: 0.06 ms }', { isNetworkIdeal: true })
    expect(call(made).steps).toEqual(work(made))
  })

  it('that is managed has no processor time, but some time for each request', () => {
    const made = make('alb', '{}')
    const steps = allSteps(call(made).steps)
    expect(steps.map(({ kind }) => kind)).toEqual(['delay', 'serve'])
    expect(steps[0]).toMatchObject({ kind: 'delay', time: { law: 'lognormal' } })
  })

  it('that inspects turns a part of what attackers send away, hardly anybody else, in an ideal network too', () => {
    const made = make('waf', '{ detects: 80%, false-alarms: 2% }', { isNetworkIdeal: true })
    expect(call(made).steps[0]).toEqual({ kind: 'fail', failure: 'denied', probability: 0.02 })
    const attacked = made.behaviour.call!([], hostileAskOf(made)).steps
    expect(attacked).toEqual([{ kind: 'fail', failure: 'denied', probability: 0.8 }])
  })

  it('that sets puzzles lets people solve them, and turns attackers away', () => {
    const made = make('waf', '{ detects: 80%, false-alarms: 2%, challenge: fixed(5 s) }', { isNetworkIdeal: true })
    expect(
      allSteps(call(made).steps)
        .map(({ kind }) => kind)
        .slice(0, 2),
    ).toEqual(['choose', 'delay'])
    const attacked = made.behaviour.call!([], hostileAskOf(made)).steps
    expect(attacked).toEqual([{ kind: 'fail', failure: 'denied', probability: 0.8 }])
  })

  it('that ends TLS does a signature for each new connection, more of it for RSA, and takes round trips', () => {
    const cpu = (tls: string): number => {
      const made = make('load-balancer', `{ tls: { new: 10%, resumed: 0%, ${tls} } }`)
      const [full] = servedAt(made, made.behaviour.call!([], askOf(made)), 'cpu')
      return meanOf(full!.work)
    }
    expect(cpu('certificate: ecdsa')).toBeCloseTo(0.2e-3, 9)
    expect(cpu('certificate: rsa')).toBeCloseTo(0.9e-3, 9)
    const connects = (tls: string) => call(make('load-balancer', `{ tls: { ${tls} } }`)).connects
    expect(connects('new: 10%, resumed: 25%')).toMatchObject([{ roundTrips: 2 }, { share: 0.025, roundTrips: 2 }])
    expect(connects('new: 10%, version: "1.2"')).toMatchObject([{ share: 0.05, roundTrips: 3 }, { roundTrips: 2 }])
    expect(call(make('load-balancer', '{}')).connects).toBeUndefined()
  })

  it('finds out about what is behind it by the checks of its technology', () => {
    const checks = (id: string) => make(id, '{}').behaviour.forwards?.checks
    expect(checks('load-balancer')).toBeUndefined()
    expect(checks('envoy')).toBeUndefined()
    expect(checks('haproxy')).toEqual({ detect: 6, eject: null })
    expect(checks('alb')).toEqual({ detect: 60, eject: null })
    expect(checks('nginx')).toEqual({ detect: null, eject: { after: 1, time: 10, most: 1 } })
  })
})

describe('a function', () => {
  const made = make('function', '{ memory: 884.5 MB, concurrency: 50, cold: { share: 1%, start: 1 s } }')

  it('has half a processor with half the memory, and never waits for it', () => {
    expect(servedAt(made, { steps: work(made) }, 'cpu').map(({ work: law }) => meanOf(law))).toEqual([0.02])
    expect(stations(made)[0]!.servers).toBe(Infinity)
  })

  it('holds an environment, rejects when there is none, and starts cold by a share that is forced', () => {
    expect(pools(made)).toMatchObject([{ slots: 50, waitingRoom: 0, whenFull: 'reject' }])
    expect(pools(made)[0]).not.toHaveProperty('starting')
    expect(kindsOf(made)).toEqual(['hold', 'choose', 'delay', 'delay', 'serve'])
    expect(allSteps(call(made).steps)[1]).toMatchObject({ branches: [{ probability: 0.01 }, { probability: 0.99 }] })
  })

  it('starts an environment where none is free, else; pays for those that are always there', () => {
    const made = make('function', '{ memory: 1 GB, cold: { start: 1 s, kept: 10 } }')
    expect(pools(made)).toMatchObject([{ starting: { idle: 600, kept: 10, rate: 100, burst: 1000 } }])
    expect(call(made).steps).toMatchObject([{ kind: 'hold', start: [{ kind: 'delay' }] }])
    // 10 GB at 0.0000041667 USD a second.
    const [cost] = made.costs.filter(({ label }) => label === 'environments that are kept')
    expect(cost?.dollars).toBeCloseTo(109.5, 1)
    expect(made.costs.map(({ label }) => label)).toContain('memory in use by seconds')
  })
})

describe('others that answer calls', () => {
  it('a client works at its own speed, and nobody waits for it', () => {
    const made = make('client', '{ speed: 25% }')
    expect(stations(made)[0]!.servers).toBe(Infinity)
    expect(servedAt(made, { steps: work(made) }, 'cpu').map(({ work: law }) => meanOf(law))).toEqual([0.04])
  })

  it('a look-up asks a cache first, whose hits follow from its time to live; none is made in an ideal network', () => {
    const made = make('dns', '{ ttl: 30 s, networks: 50 }')
    const [lookup] = made.behaviour.call!([], askOf(made)).steps
    expect(lookup).toMatchObject({
      kind: 'lookup',
      hit: [{ kind: 'delay' }],
      miss: [{ kind: 'delay' }, { kind: 'insert' }],
    })
    expect(made.resources).toMatchObject([{ kind: 'cache', timeToLive: 30, forcedHitRatio: null }])
    expect(make('dns', '{ cached: 90% }').resources).toMatchObject([{ forcedHitRatio: 0.9 }])
    expect(made.behaviour.forwards?.pick).toEqual({ keptFor: 30 })
    const ideal = make('dns', '{}', { isNetworkIdeal: true })
    expect(ideal.behaviour.call!([], askOf(ideal)).steps).toEqual([])
  })

  it('an external service takes its time, fails by its share, and refuses what is too much', () => {
    const made = make('external', '{ latency: 100 ms, errors: 1%, rate: 10/s, concurrency: 5 }')
    const steps = allSteps(made.behaviour.call!([], askOf(made)).steps)
    expect(steps.map(({ kind }) => kind)).toEqual(['admit', 'hold', 'serve', 'fail'])
    expect(steps[3]).toMatchObject({ failure: 'error', probability: 0.01 })
  })

  it('an identity provider checks passwords slowly and tokens fast', () => {
    const made = make('identity-provider', '{ passwords: 10% }')
    const means = servedAt(made, made.behaviour.call!([], askOf(made)), 'cpu').map(({ work: law }) => meanOf(law))
    expect(means).toEqual([expect.closeTo(0.082, 9), expect.closeTo(63e-6, 9)])
  })

  it('a scheduler has one instance that works and others that take over', () => {
    const made = make('scheduler', '{ standby: 2 }')
    expect(made.groups).toMatchObject([{ perShard: 3, detect: 15, promote: 17 }])
    expect(made.behaviour.call!([], askOf(made)).pick.within).toBe('leader')
    expect(make('scheduler', '{ standby: 0 }').groups[0]!.promote).toBe(Infinity)
  })

  it('a gateway of connections holds what fits its memory, and pushes to what was found', () => {
    const connections =
      'connections: { per-instance: 60 k, memory: 24 KiB each, heartbeat: 30 s, reconnect: storm(over 60 s) }'
    const made = make('realtime-gateway', `{ size: { memory: 1 GiB }, ${connections} }`)
    expect(made.behaviour.connectionsMost).toBe(Math.floor(2 ** 30 / 24_576))
    expect(made.problems).toMatchObject([{ code: 'memory-full', param: 'connections' }])
    expect(made.behaviour.reconnects).toEqual({ over: 60 })
    const push = made.behaviour.push!(askOf(made, { size: 400, count: { fixed: 1, times: 'found' } }))
    expect(push).toMatchObject({ send: 400, steps: [{ each: 15e-6, times: 'found' }] })
  })

  it('a worker can be asked for nothing: it takes', () => {
    const made = make('worker', '{ instances: 4 }')
    expect(made.behaviour.call).toBeUndefined()
    expect(made.groups).toMatchObject([{ perShard: 4, detect: 45 }])
  })
})
