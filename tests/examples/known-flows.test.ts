import { describe, expect, it } from 'vitest'
import { type Chosen, play as playExample, verdict, verdicts, warnings } from './play.ts'

const play = (name: string, scenario: string, variant?: string, eventsMax = 2e6) => {
  const chosen: Chosen = { scenario, eventsMax, ...(variant === undefined ? {} : { variant }) }
  return playExample(name, chosen)
}

/** Designs that everybody knows, those that move things: messages, pages, videos, metrics. */
describe('chat', () => {
  it('refuses a quarter of those who come back within five seconds, and nobody else notices', () => {
    const result = play('chat', 'gateways-restart', undefined, 3e6)
    const found = verdict(result, 'connect success')
    expect(found).toMatchObject({ verdict: 'missed', cause: { component: 'sockets', reason: 'fault' } })
    expect(found?.measured.value).toBeGreaterThan(0.7)
    expect(found?.measured.value).toBeLessThan(0.8)
    expect(verdict(result, 'send p99')?.verdict).toBe('met')
    expect(verdict(result, 'send success')?.verdict).toBe('met')
  })
  it('refuses nobody who comes back within a minute', () => {
    const result = play('chat', 'gateways-restart', 'jitter', 3e6)
    expect(new Set(verdicts(result))).toEqual(new Set(['met']))
  })
})

describe('notifications', () => {
  it('sends codes within 5 s in a campaign that makes newsletters half a minute late', () => {
    const result = play('notifications', 'campaign', undefined, 3e6)
    expect(verdicts(result)).toEqual(['met', 'met'])
    expect(verdict(result, 'send-news fresh')?.measured.value).toBeGreaterThan(15)
  })
  it('does not in one queue, since mail is waited for', () => {
    const found = verdict(play('notifications', 'campaign', 'one-queue', 3e6), 'send-news fresh')
    expect(found).toMatchObject({ verdict: 'missed', cause: { component: 'mail', reason: 'dependency' } })
  })
  it('sends every code by a second provider, and hardly any without', () => {
    expect(verdicts(play('notifications', 'provider-down'))).toEqual(['met', 'met'])
    const found = verdict(play('notifications', 'provider-down', 'one-provider'), 'send-code success')
    expect(found).toMatchObject({ verdict: 'missed', cause: { component: 'texts', reason: 'fault' } })
    expect(found?.measured.value).toBeLessThan(0.02)
  })
})

describe('metrics-pipeline', () => {
  it('takes every report as fast as ever while its store is away, and draws no chart', () => {
    const result = play('metrics-pipeline', 'store-away')
    expect(verdicts(result)).toEqual(['met', 'met'])
    expect(result.flows['look']!.success_ratio.value).toBeLessThan(0.01)
  })
  it('costs its store ten times as much with an insert for each report', () => {
    const busy = (variant?: string) =>
      play('metrics-pipeline', 'baseline', variant, 1e6).components['store']!.utilization.value!
    expect(busy('insert-each') / busy()).toBeGreaterThan(8)
    expect(busy('insert-each') / busy()).toBeLessThan(14)
  })
  it('is late when somebody makes fifty times as many series', () => {
    const found = verdict(play('metrics-pipeline', 'cardinality'), 'store fresh')
    expect(found).toMatchObject({ verdict: 'missed', cause: { component: 'store' } })
  })
  it('keeps reports at their senders until a lost broker is replaced', () => {
    expect(verdicts(play('metrics-pipeline', 'broker-lost'))).toEqual(['met', 'met'])
  })
})

describe('web-crawler', () => {
  it('uses a sixth of its processors on a good day', () => {
    const result = play('web-crawler', 'baseline', undefined, 1e6)
    expect(new Set(verdicts(result))).toEqual(new Set(['met']))
    expect(result.components['fetchers']!.utilization.value).toBeGreaterThan(0.14)
    expect(result.components['fetchers']!.utilization.value).toBeLessThan(0.2)
  })
  it('is late on a slow web with 600 pages under way, at less work, and not with 2000', () => {
    const few = play('web-crawler', 'slow-web', undefined, 4e6)
    expect(verdict(few, 'fetch fresh')?.verdict).toBe('missed')
    expect(few.components['fetchers']!.utilization.value).toBeLessThan(0.12)
    // 600 pages under way of 0.87 s and 2 s more, 213/s, less the slots of those that wait to be tried again.
    expect(few.flows['fetch']!.throughput_per_s.value).toBeGreaterThan(170)
    expect(few.flows['fetch']!.throughput_per_s.value).toBeLessThan(220)
    expect(verdict(play('web-crawler', 'slow-web', 'more-connections', 4e6), 'fetch fresh')?.verdict).toBe('met')
  })
  it('is warned of too few connections for a good day', () => {
    expect(warnings('web-crawler')).toEqual([])
    expect(warnings('web-crawler', 'few-connections')).toEqual(['slow-consumers'])
  })
})

describe('video-streaming', () => {
  const hits = (variant?: string) =>
    play('video-streaming', 'baseline', variant, 1e6).components['edge']!.hit_ratio!.value!
  it('serves 95 of 100 pieces from the edge, and 64 from a small one', () => {
    expect(hits()).toBeGreaterThan(0.94)
    expect(hits('small-edge')).toBeGreaterThan(0.6)
    expect(hits('small-edge')).toBeLessThan(0.68)
  })
  it('streams on from a cold edge, slower', () => {
    const result = play('video-streaming', 'edge-cold')
    expect(verdict(result, 'watch success')?.verdict).toBe('met')
    expect(result.flows['watch']!.response_time_s.p99.value).toBeLessThan(1)
  })
  it('keeps up with a rush of uploads by more encoders, and not without', () => {
    const lag = (variant?: string) => verdict(play('video-streaming', 'upload-rush', variant, 3e6), 'jobs lag')
    const [grown, fixed] = [lag(), lag('fixed-encoders')]
    expect([grown?.verdict, fixed?.verdict]).toEqual(['met', 'missed'])
    expect(fixed!.measured.value! / grown!.measured.value!).toBeGreaterThan(3)
  })
})

describe('distributed-cache', () => {
  it('does without one node of six', () => {
    expect(new Set(verdicts(play('distributed-cache', 'node-lost', undefined, 3e6)))).toEqual(new Set(['met']))
  })
  it('fails half of the pages when it is empty, because of a disk behind it', () => {
    const found = verdict(play('distributed-cache', 'cold', undefined, 4e6), 'page success')
    expect(found).toMatchObject({ verdict: 'missed', cause: { component: 'cache', reason: 'cold-cache' } })
    expect(found?.measured.value).toBeGreaterThan(0.35)
    expect(found?.measured.value).toBeLessThan(0.6)
  })
  it('does not with a disk for that minute', () => {
    expect(verdict(play('distributed-cache', 'cold', 'quick-disk', 4e6), 'page success')?.verdict).toBe('met')
  })
})
