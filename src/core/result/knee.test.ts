import { describe, expect, it } from 'vitest'
import { log } from '../base/math.ts'
import { firstMissed } from './crossing.ts'
import { kneeOf } from './knee.ts'
import { singleServer, target } from './knee.test-support.ts'
import { leverEffects, leversOf } from './levers.ts'
import type { Result } from './result.ts'

const options = { from: 0.1, to: 1.5, asked: ['ask'] }
/** Rate 80/s at a server that can do 100/s: full at 125 %. */
const queue = { rate: 80, capacity: 100 }
/** Load at which p99 of M/M/1 is so long: log(100) / (capacity - rate). */
const loadOf = (p99: number): number => (queue.capacity - log(100) / p99) / queue.rate

describe('kneeOf', () => {
  it('finds the load at which the p99 of M/M/1 is at its target', () => {
    const { crossings } = kneeOf(singleServer(queue, [target('p99', '<', 0.2)]), options)
    expect(crossings[0]?.status).toBe('crosses')
    expect(crossings[0]?.until?.load_ratio).toBeCloseTo(loadOf(0.2), 4)
    expect(crossings[0]?.until?.arrival_rate_per_s).toBeCloseTo(80 * loadOf(0.2), 1)
  })

  it('says between which loads that is when the figure is sure within 20 %', () => {
    const { crossings } = kneeOf(singleServer({ ...queue, share: 0.2 }, [target('p99', '<', 0.2)]), options)
    expect(crossings[0]?.until?.low_ratio).toBeCloseTo(loadOf(0.2 / 1.2), 3)
    expect(crossings[0]?.until?.high_ratio).toBeCloseTo(loadOf(0.2 / 0.8), 3)
  })

  it('looks beyond the curve on both sides', () => {
    const system = singleServer({ rate: 10, capacity: 100 }, [target('p99', '<', 0.2)])
    expect(kneeOf(system, options).crossings[0]?.until?.load_ratio).toBeCloseTo((100 - log(100) / 0.2) / 10, 3)
    const small = singleServer({ rate: 2000, capacity: 100 }, [target('p99', '<', 0.2)])
    expect(kneeOf(small, options).crossings[0]?.until?.load_ratio).toBeCloseTo((100 - log(100) / 0.2) / 2000, 5)
  })

  it('knows what never holds, and what holds from a load on', () => {
    const targets = [target('p99', '<', 0.01), target('goodput', '>', 40), target('success', '>', 0.9)]
    const { crossings } = kneeOf(singleServer(queue, targets), options)
    expect(crossings[0]?.status).toBe('never')
    expect(crossings[1]?.from?.load_ratio).toBeCloseTo(0.5, 3)
    expect(crossings[1]?.until).toBeNull()
    expect(crossings[2]?.until?.load_ratio).toBeCloseTo(1.25 / 0.9, 3)
    expect(firstMissed(crossings)?.id).toBe('ask p99')
  })

  it('has the knee of M/M/1 by power at half of what it can do', () => {
    const { flows } = kneeOf(singleServer(queue, []), options)
    expect(flows['ask']?.load_ratio).toBeCloseTo(0.5 / 0.8, 6)
    expect(flows['ask']?.response_time_s).toBeCloseTo(0.02, 6)
    const idle = kneeOf(singleServer({ rate: 10, capacity: 100 }, []), options)
    expect(idle.flows['ask']?.load_ratio).toBeCloseTo(5, 2)
  })

  it('says what is full first, second and third', () => {
    const { saturations } = kneeOf(singleServer(queue, []), options)
    expect(saturations.map(({ component, resource }) => `${component} ${resource}`)).toEqual([
      'web threads',
      'desk station',
      'web cpu',
    ])
    const [threads, desk, cpu] = saturations.map(({ load_ratio }) => load_ratio)
    // Busy share of the pool is the square of the server's: 0.99 at 0.995 of it, between two loads of the curve.
    expect(threads).toBeGreaterThan(1.2)
    expect(threads).toBeLessThan(1.25)
    expect(desk).toBeCloseTo(1.25, 9)
    expect(cpu).toBeCloseTo(2.5, 9)
  })

  it('takes the hottest shard for full, not the mean of all', () => {
    const plain = singleServer({ rate: 40, capacity: 100 }, [])
    const sharded = (load: number): Result => {
      const result = plain(load)
      const { desk } = result.components
      const shares = [0.2 * load, Math.min(1, 0.6 * load)].map((utilization, instance) => ({ instance, utilization }))
      return { ...result, components: desk === undefined ? {} : { desk: { ...desk, shards: shares } } }
    }
    expect(kneeOf(sharded, options).saturations[0]?.load_ratio).toBeCloseTo(1 / 0.6, 6)
  })

  it('has more points where an objective stops to hold', () => {
    const { points } = kneeOf(singleServer(queue, [target('p99', '<', 0.2)]), options)
    const near = points.filter(({ load_ratio: load }) => load > 0.95 && load < 1)
    expect(near.length).toBeGreaterThan(3)
    expect(points.length).toBeGreaterThan(29)
    expect(points[0]?.load_ratio).toBe(0.1)
    expect(points.at(-1)?.load_ratio).toBe(1.5)
  })
})

describe('levers', () => {
  const settings = [
    { path: 'instances', value: '2' },
    { path: 'size.cpu', value: '0.5' },
    { path: 'size.memory', value: '4 GiB' },
    { path: 'machine', value: 'none' },
    { path: 'runtime', value: 'threads(45)' },
    { path: 'shards.count', value: '= peak / 10' },
    { path: 'pool.max', value: '{ is: 20, range: 10..30 }' },
  ]

  it('are the settings that the component has, in the notation of the design', () => {
    const sets = leversOf({ component: 'api', settings }, false).map(({ sort, sets: all }) => [
      sort,
      ...all.map(({ path, value }) => `${path}=${value}`),
    ])
    expect(sets).toEqual([
      ['vertical', 'components.api.size.cpu=1', 'components.api.size.memory=8 GiB'],
      ['horizontal', 'components.api.instances=3'],
      ['horizontal', 'components.api.instances=4'],
      ['sharding', 'components.api.shards.count== 2 * (peak / 10)'],
      ['pool', 'components.api.runtime=threads(90)'],
    ])
  })

  it('take the next machine of the price book where one is named', () => {
    const machine = [{ path: 'machine', value: 'm7g.xlarge' }, ...settings.slice(1, 2)]
    const [first] = leversOf({ component: 'api', settings: machine }, false)
    expect(first?.sets).toEqual([{ path: 'components.api.machine', value: 'm7g.2xlarge' }])
    expect(
      leversOf({ component: 'hot', settings: [{ path: 'memory', value: '1 GiB' }] }, true)[0]?.sets[0]?.value,
    ).toBe('2 GiB')
  })

  it('move the crossing as far as the changed design says, and skip what it does not take', () => {
    const levers = leversOf({ component: 'api', settings }, false).map((lever) => ({ ...lever, component: 'api' }))
    const effects = leverEffects(
      levers,
      ([set]) =>
        set?.path.endsWith('size.cpu')
          ? singleServer({ ...queue, capacity: 200, cost: 180 }, [target('p99', '<', 0.2)])
          : null,
      { ...options, objective: 0, cost: 100 },
    )
    expect(effects).toHaveLength(1)
    expect(effects[0]?.crossing?.until?.load_ratio).toBeCloseTo((200 - log(100) / 0.2) / 80, 2)
    expect(effects[0]?.cost_usd_per_month).toBe(80)
    expect(effects[0]?.saturation).toMatchObject({ component: 'desk', resource: 'station', is_bound: false })
  })
})
