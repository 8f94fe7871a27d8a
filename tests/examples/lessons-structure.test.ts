import { describe, expect, it } from 'vitest'
import { play, verdict, verdicts } from './play.ts'

describe('fan-out-tail', () => {
  it('is slow when one of a hundred answers is: 63 % of requests', () => {
    const result = play('fan-out-tail')
    expect(verdict(result, 'search p50')).toMatchObject({ verdict: 'missed', cause: { component: 'leaf' } })
    const slow = 1 - 0.99 ** 100
    // The last of a hundred fast answers takes 5 ms and 100/101 of the 10 ms above.
    const mean = slow * 1 + (1 - slow) * (0.005 + 0.01 * (100 / 101))
    const { mean: measured } = result.flows['search']!.response_time_s
    expect(measured.low).toBeLessThan(mean)
    expect(measured.high).toBeGreaterThan(mean)
    expect(measured.high! - measured.low!).toBeLessThan(0.05)
  })
  it('hardly ever with a second question after p95, for 5 % more work', () => {
    const result = play('fan-out-tail', { variant: 'hedged' })
    expect(verdicts(result)).toEqual(['met', 'met'])
    const asked = result.components['leaf']!.throughput_per_s.value! / result.flows['search']!.arrival_rate_per_s.value!
    expect(asked).toBeGreaterThan(104.5)
    expect(asked).toBeLessThan(105.5)
    // One request in a hundred, plus those that found the 10 % of hedges spent.
    const { mean } = result.flows['search']!.response_time_s
    expect(mean.value).toBeLessThan(0.04)
  })
})

describe('microservices', () => {
  const mean = (variant?: string): number =>
    play('microservices', variant === undefined ? {} : { variant }).flows['checkout']!.response_time_s.mean.value!
  it('misses its objectives because of round trips', () => {
    expect(verdict(play('microservices'), 'checkout p50')).toMatchObject({
      verdict: 'missed',
      cause: { reason: 'network' },
    })
  })
  it('takes 10 ms and as many round trips as it has hops: 31, 4 or none', () => {
    const [five, batched, one] = [mean(), mean('batched'), mean('monolith')]
    expect(one).toBeCloseTo(0.01, 3)
    const hop = (five - one) / 31
    // A third of the hops stays in its zone, where a round trip is short; between zones it takes 0.83 ms.
    expect(hop).toBeGreaterThan(0.00055)
    expect(hop).toBeLessThan(0.00063)
    expect((batched - one) / hop).toBeGreaterThan(3.5)
    expect((batched - one) / hop).toBeLessThan(4.5)
  })
  it('meets them with batches, and as one program', () => {
    expect(verdicts(play('microservices', { variant: 'batched' }))).toEqual(['met', 'met'])
    expect(verdicts(play('microservices', { variant: 'monolith' }))).toEqual(['met', 'met'])
  })
})

describe('read-model', () => {
  it('keeps the database busy with reading', () => {
    const result = play('read-model')
    expect(verdict(result, 'db utilization')).toMatchObject({ verdict: 'missed', cause: { component: 'db' } })
  })
  it('is idle beside a model made for reading, which is behind by milliseconds', () => {
    const result = play('read-model', { variant: 'cqrs' })
    expect(new Set(verdicts(result))).toEqual(new Set(['met']))
    expect(result.components['db']?.utilization.value).toBeLessThan(0.02)
    const lag = verdict(result, 'project fresh')?.measured.value
    expect(lag).toBeGreaterThan(0.001)
    expect(lag).toBeLessThan(0.02)
  })
})

describe('slow-start', () => {
  const lost = (variant?: string) =>
    play('slow-start', { scenario: 'zone-lost', ...(variant === undefined ? {} : { variant }) })
  it('is not as before for most of a minute after the lost instances are back', () => {
    const found = verdict(lost(), 'page recovered-within')
    expect(found).toMatchObject({ verdict: 'missed', cause: { component: 'web', reason: 'fault' } })
    expect(found?.cause?.text).toContain('what comes back is slow for its first 60 s')
    // 75/s x 25 ms = 1.875 of 4 processors: too much until the speed has grown from 20 % to 47 %, after 20 s of 60;
    // what has piled up until then takes as long again.
    expect(found?.measured.value).toBeGreaterThan(35)
    expect(found?.measured.value).toBeLessThan(60)
  })
  it('is at once when each instance gets what it can take, though more requests meet dead ones meanwhile', () => {
    const result = lost('least-requests')
    expect(verdict(result, 'page recovered-within')?.verdict).toBe('met')
    expect(result.flows['page']!.errors['connect-error']).toBeGreaterThan(
      lost().flows['page']!.errors['connect-error']!,
    )
  })
})
