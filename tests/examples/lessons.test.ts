import { describe, expect, it } from 'vitest'
import { play, verdict, verdicts, warnings } from './play.ts'

describe('slow-dependency', () => {
  const slow = play('slow-dependency', { scenario: 'slow-bank' })
  it('refuses half of those who never call the bank, though a quarter of the processor is asked for', () => {
    expect(verdict(play('slow-dependency'), 'browse success')?.verdict).toBe('met')
    const browse = verdict(slow, 'browse success')
    expect(browse).toMatchObject({ verdict: 'missed', cause: { component: 'bank', reason: 'dependency' } })
    // 40/s hold a thread each for 5.2 s, of 100 threads for 208: the share that is let in is about 100 / 208.
    expect(browse?.measured.value).toBeGreaterThan(0.44)
    expect(browse?.measured.value).toBeLessThan(0.56)
    expect(slow.components['shop']?.resources['threads']?.utilization.value).toBeGreaterThan(0.95)
    expect(slow.components['shop']?.resources['cpu']?.utilization.value).toBeLessThan(0.26)
  })
  it('leaves them alone behind a bulkhead and a timeout', () => {
    const result = play('slow-dependency', { scenario: 'slow-bank', variant: 'bulkhead' })
    expect(verdicts(result)).toEqual(['met', 'met'])
    expect(result.flows['pay']?.success_ratio.value).toBeLessThan(0.01)
  })
})

describe('cache-stampede', () => {
  /** Renderings per second of one page that lives for 10 s and takes 0.2 s. */
  const rate = (variant?: string): number => {
    const sets = [{ path: 'components.renderer.servers', value: 'infinite' }]
    const result = play('cache-stampede', { ...(variant === undefined ? {} : { variant }), sets })
    return result.components['renderer']!.throughput_per_s.value!
  }
  it('renders a page four hundred times when it expires, and those who wait miss the objective', () => {
    expect(warnings('cache-stampede')).toEqual(['stampede'])
    const result = play('cache-stampede')
    expect(verdict(result, 'front p99')).toMatchObject({
      verdict: 'missed',
      cause: { component: 'cache', reason: 'cold-cache' },
    })
    expect(result.components['renderer']?.utilization.value).toBeLessThan(0.45)
    // The last of 400 waits for 19 rounds of 20 before its own.
    expect(result.flows['front']!.response_time_s.max.value).toBeGreaterThan(3.8)
    expect(result.flows['front']!.response_time_s.max.value).toBeLessThan(4.8)
  })
  it('asks for rate x miss time renderings each time, as long as nobody waits for the renderer', () => {
    // The page is there from the first rendering that ends: 400 more have begun by then.
    expect(rate() / (401 / 10.2)).toBeGreaterThan(0.97)
    expect(rate() / (401 / 10.2)).toBeLessThan(1.03)
  })
  it('renders once each time with single flight, and nobody waits with an early refresh', () => {
    expect(rate('single-flight')).toBeGreaterThan(0.09)
    expect(rate('single-flight')).toBeLessThan(0.11)
    const flight = play('cache-stampede', { variant: 'single-flight' })
    const early = play('cache-stampede', { variant: 'early-refresh' })
    expect([...verdicts(flight), ...verdicts(early)]).toEqual(['met', 'met'])
    expect(flight.flows['front']!.response_time_s.p99.value).toBeGreaterThan(0.08)
    expect(early.flows['front']!.response_time_s.p99.value).toBeLessThan(0.001)
  })
})

describe('replica-lag', () => {
  it('loses the writes of the last half second with the leader', () => {
    const result = play('replica-lag', { scenario: 'leader-dies' })
    expect(verdict(result, 'db rpo')).toMatchObject({ verdict: 'missed', cause: { component: 'db', reason: 'fault' } })
    const { lost_writes: lost, lost_age_s: age } = result.components['db']!.recovery!
    // 200/s x 0.5 s, and some milliseconds for the copy to write it.
    expect(lost).toBeGreaterThan(90)
    expect(lost).toBeLessThan(112)
    expect(age).toBeGreaterThan(0.5)
    expect(age).toBeLessThan(0.52)
  })
  it('answers reads that bear less from the leader: the replica has no more to do than to follow', () => {
    const [leader, replica] = play('replica-lag').components['db']!.shards!.map((copy) => copy.utilization!)
    expect(leader).toBeGreaterThan(1.5 * replica!)
  })
  it('loses nothing when each write waits for one of two replicas, which takes a little longer', () => {
    const result = play('replica-lag', { scenario: 'leader-dies', variant: 'synchronous' })
    expect(verdict(result, 'db rpo')?.verdict).toBe('met')
    expect(result.components['db']?.recovery?.lost_writes).toBe(0)
    const median = (variant?: string): number =>
      play('replica-lag', variant === undefined ? {} : { variant }).flows['book']!.response_time_s.p50.value!
    expect(median('synchronous') - median()).toBeGreaterThan(0.0005)
    expect(median('synchronous') - median()).toBeLessThan(0.003)
  })
})

describe('endless-queue', () => {
  it('answers one request of six in time in a rush, at full speed', () => {
    const result = play('endless-queue', { scenario: 'rush' })
    expect(verdict(result, 'ask success')).toMatchObject({ verdict: 'missed', cause: { component: 'desk' } })
    expect(result.components['desk']?.utilization.value).toBeGreaterThan(0.98)
    // 20/s too many: two seconds of work are in the queue after ten of sixty seconds.
    expect(result.flows['ask']!.success_ratio.value).toBeGreaterThan(0.14)
    expect(result.flows['ask']!.success_ratio.value).toBeLessThan(0.19)
    expect(verdict(result, 'system recovered-within')?.verdict).toBe('missed')
  })
  it('has a backlog of 20/s x 60 s at the end of it', () => {
    const result = play('endless-queue', { scenario: 'rush' })
    expect(result.components['desk']!.queue_length_max).toBeGreaterThan(1000)
    expect(result.components['desk']!.queue_length_max).toBeLessThan(1700)
  })
  it('answers five of six with a bound, and is well again at once', () => {
    const result = play('endless-queue', { scenario: 'rush', variant: 'bounded' })
    expect(verdicts(result)).toEqual(['met', 'met', 'met'])
    expect(result.flows['ask']!.success_ratio.value).toBeCloseTo(100 / 120, 1)
  })
})

describe('late-timeout', () => {
  it('is warned of, and loses a third of the requests to one limping instance of three', () => {
    expect(warnings('late-timeout')).toEqual(['timeout-over-deadline'])
    const found = verdict(play('late-timeout', { scenario: 'limping' }), 'ask success')
    expect(found).toMatchObject({ verdict: 'missed', cause: { component: 'store', reason: 'fault' } })
    expect(found?.measured.value).toBeGreaterThan(0.65)
    expect(found?.measured.value).toBeLessThan(0.69)
  })
  it('answers 26 of 27 when the timeout leaves time for two more tries', () => {
    expect(warnings('late-timeout', 'in-time')).toEqual([])
    const found = verdict(play('late-timeout', { scenario: 'limping', variant: 'in-time' }), 'ask success')
    expect(found?.verdict).toBe('met')
    expect(Math.abs(found!.measured.value! - 26 / 27)).toBeLessThan(0.005)
  })
})
