import { describe, expect, it } from 'vitest'
import { type Chosen, play as playExample, verdict, verdicts } from './play.ts'

const play = (name: string, scenario: string, variant?: string, eventsMax = 2e6) => {
  const chosen: Chosen = { scenario, eventsMax, ...(variant === undefined ? {} : { variant }) }
  return playExample(name, chosen)
}

/** Designs that everybody knows, those in which somebody waits for an answer: each shows what its first lines say. */
describe('ticket-sale', () => {
  it('sells 90 seats a second, each in an eighth of a second, to those whom the waiting room lets in', () => {
    const result = play('ticket-sale', 'on-sale', undefined, 1e6)
    expect(verdict(result, 'buy p99')?.verdict).toBe('met')
    const sold = verdict(result, 'buy goodput')
    expect(sold?.verdict).toBe('met')
    expect(sold?.measured.value).toBeGreaterThan(88)
    expect(sold?.measured.value).toBeLessThan(95)
    expect(result.flows['buy']!.errors['rate-limited']).toBeGreaterThan(0.9)
  })
  it('sells fewer than half as many when everybody comes to the row, because of retries', () => {
    const sold = verdict(play('ticket-sale', 'on-sale', 'no-waiting-room'), 'buy goodput')
    expect(sold).toMatchObject({ verdict: 'missed', cause: { component: 'turns', reason: 'retries' } })
    expect(sold?.measured.value).toBeLessThan(45)
  })
  it('sells 300 a second from ten rows', () => {
    const sold = verdict(play('ticket-sale', 'on-sale', 'by-block'), 'buy goodput')?.measured.value
    expect(sold).toBeGreaterThan(290)
    expect(sold).toBeLessThan(310)
  })
})

describe('rate-limiter', () => {
  it('gives a scraper its 200 requests a second, and payers do not notice', () => {
    const result = play('rate-limiter', 'scraper')
    expect(verdicts(result)).toEqual(['met', 'met'])
    expect(result.flows['free by scrapers']!.goodput_per_s.value).toBeLessThan(215)
  })
  it('loses six of ten payers to it without the limit', () => {
    const found = verdict(play('rate-limiter', 'scraper', 'no-limits'), 'paid success')
    expect(found).toMatchObject({ verdict: 'missed', cause: { component: 'api', reason: 'saturation' } })
    expect(found?.measured.value).toBeLessThan(0.5)
  })
  it('goes on without its counters, unless it fails closed', () => {
    expect(verdicts(play('rate-limiter', 'counters-lost'))).toEqual(['met', 'met'])
    const closed = verdict(play('rate-limiter', 'counters-lost', 'fail-closed'), 'paid success')
    expect(closed).toMatchObject({ verdict: 'missed', cause: { component: 'counters', reason: 'fault' } })
    expect(closed?.measured.value).toBeLessThan(0.01)
  })
})

describe('checkout', () => {
  it('takes orders while the log is lost, and tells of them within seconds of its return', () => {
    expect(verdicts(play('checkout', 'log-lost'))).toEqual(['met', 'met'])
  })
  it('takes none when the shop itself has to tell the log', () => {
    const found = verdict(play('checkout', 'log-lost', 'dual-write'), 'order success')
    expect(found).toMatchObject({ verdict: 'missed', cause: { component: 'events', reason: 'fault' } })
    expect(found?.measured.value).toBeLessThan(0.01)
  })
  it('gives back each reservation while the bank is slow', () => {
    const result = play('checkout', 'slow-bank')
    expect(verdict(result, 'browse success')?.verdict).toBe('met')
    expect(verdict(result, 'browse p99')?.verdict).toBe('met')
    expect(verdict(result, 'order success')?.cause).toMatchObject({ component: 'bank', reason: 'dependency' })
    // Asked once to reserve and once to give back.
    const asked = result.components['stock']!.throughput_per_s.value! / result.flows['order']!.arrival_rate_per_s.value!
    expect(asked).toBeGreaterThan(1.95)
    expect(asked).toBeLessThan(2.05)
  })
  it('makes those who only look wait as well without a bulkhead', () => {
    expect(verdict(play('checkout', 'slow-bank', 'no-bulkhead'), 'browse p99')?.verdict).toBe('missed')
  })
})

describe('ride-sharing', () => {
  it('fails half of all searches after a match, because of one shard', () => {
    const result = play('ride-sharing', 'stadium')
    const found = verdict(result, 'track success')
    expect(found).toMatchObject({ verdict: 'missed', cause: { component: 'cells', reason: 'hot-shard' } })
    expect(found?.measured.value).toBeGreaterThan(0.4)
    expect(found?.measured.value).toBeLessThan(0.6)
  })
  it('has a full shard of twelve as well', () => {
    const shards = play('ride-sharing', 'stadium', 'twelve-shards').components['cells']!.shards!
    expect(Math.max(...shards.map(({ utilization }) => utilization ?? 0))).toBeGreaterThan(0.97)
  })
  it('answers all when riders see drivers as they were a second ago', () => {
    expect(verdict(play('ride-sharing', 'stadium', 'second-old'), 'track success')?.verdict).toBe('met')
  })
  it('cannot commit five thousand positions a second to a disk', () => {
    const found = verdict(play('ride-sharing', 'baseline', 'on-disk'), 'locate success')
    expect(found).toMatchObject({ verdict: 'missed', cause: { component: 'trips', reason: 'saturation' } })
  })
})
