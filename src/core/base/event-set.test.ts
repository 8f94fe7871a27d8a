import { describe, expect, it } from 'vitest'
import { EventSet } from './event-set.ts'
import { createStream } from './random.ts'

const takeAll = (events: EventSet, until = Infinity): [number, number, number][] => {
  const taken: [number, number, number][] = []
  while (events.pop(until)) taken.push([events.time, events.what, events.tag])
  return taken
}

describe('an event set', () => {
  it('gives events by time, and those of one time in the order they came', () => {
    const events = new EventSet()
    const ring = events.ring(2)
    events.push(3, 1, 10)
    events.push(1, 2, 20)
    events.pushRing(ring, 1, 3, 30)
    events.push(3, 4, 40)
    expect(events.size).toBe(4)
    expect(takeAll(events)).toEqual([
      [1, 2, 20],
      [3, 1, 10],
      [3, 3, 30],
      [3, 4, 40],
    ])
    expect(events.size).toBe(0)
  })
  it('gives nothing after `until`, and what is at it', () => {
    const events = new EventSet()
    events.push(1, 1, 0)
    events.push(2, 2, 0)
    expect(takeAll(events, 1)).toEqual([[1, 1, 0]])
    expect(events.peekTime()).toBe(2)
    expect(takeAll(events, 1.999)).toEqual([])
    expect(takeAll(events, 2)).toEqual([[2, 2, 0]])
    expect(events.peekTime()).toBe(Infinity)
  })
  it('has one ring for each delay', () => {
    const events = new EventSet()
    expect([events.ring(1), events.ring(2), events.ring(1)]).toEqual([0, 1, 0])
  })
  it('skips timers whose owner has moved on', () => {
    const generation = [0, 0, 0]
    const events = new EventSet((what, tag) => generation[what] !== tag)
    const ring = events.ring(10)
    for (const what of [0, 1, 2]) events.pushRing(ring, what, what, 0)
    generation[0] = 1
    generation[2] = 1
    expect(takeAll(events)).toEqual([[11, 1, 0]])
    expect(events.size).toBe(0)
    events.pushRing(ring, 20, 2, 1)
    expect(takeAll(events)).toEqual([[30, 2, 1]])
  })

  it.each([
    ['few', 20],
    ['many', 1500],
  ])('does what a sorted list does, over random operations on %s events', (_, most) => {
    const stream = createStream(1, `operations ${most}`)
    const generation = Array.from({ length: 50 }, () => 0)
    const events = new EventSet((what, tag) => generation[what] !== tag)
    const delays = [0, 1, 5, 30]
    const rings = delays.map((delay) => events.ring(delay))
    const list: { time: number; sequence: number; what: number; tag: number; isTimer: boolean }[] = []
    let sequence = 0
    let now = 0
    /** Stale timers are never seen; everything else comes in order. */
    const nextOf = () => {
      for (;;) {
        list.sort((a, b) => a.time - b.time || a.sequence - b.sequence)
        const next = list.shift()
        if (!next || !next.isTimer || generation[next.what] === next.tag) return next
      }
    }
    let lastTimers = 0
    for (let i = 0; i < (most > 100 ? 6_000 : 15_000); i++) {
      const what = stream.below(50)
      const isGrowing = list.length < most / 2 || (list.length < most && stream.below(2) === 0)
      if (isGrowing) {
        // Whole times, so that many are equal.
        const time = now + stream.below(20)
        if (stream.below(2) === 0) {
          events.push(time, what, generation[what] ?? 0)
          list.push({ time, sequence: sequence++, what, tag: generation[what] ?? 0, isTimer: false })
        } else {
          const at = stream.below(4)
          events.pushRing(rings[at] ?? 0, now, what, generation[what] ?? 0)
          list.push({
            time: now + (delays[at] ?? 0),
            sequence: sequence++,
            what,
            tag: generation[what] ?? 0,
            isTimer: true,
          })
          lastTimers += 1
        }
      } else if (stream.below(10) === 0) generation[what] = (generation[what] ?? 0) + 1
      else {
        const next = nextOf()
        expect(events.pop(Infinity)).toBe(next !== undefined)
        if (!next) continue
        expect([events.time, events.what, events.tag]).toEqual([next.time, next.what, next.tag])
        now = next.time
      }
    }
    for (let next = nextOf(); next; next = nextOf()) {
      expect(events.pop(Infinity)).toBe(true)
      expect([events.time, events.what, events.tag]).toEqual([next.time, next.what, next.tag])
    }
    expect(events.pop(Infinity)).toBe(false)
    expect(events.size).toBe(0)
    expect(lastTimers).toBeGreaterThan(1000)
  })

  it('grows while it is used', () => {
    const events = new EventSet()
    const ring = events.ring(1e6)
    const stream = createStream(1, 'growth')
    const times = Array.from({ length: 20_000 }, () => stream.uniform())
    times.forEach((time, i) => {
      events.push(time, i, 0)
      events.pushRing(ring, i, i, 1)
    })
    expect(events.size).toBe(40_000)
    const taken = takeAll(events)
    expect(taken.slice(0, 20_000).map(([time]) => time)).toEqual(times.toSorted((a, b) => a - b))
    expect(taken.slice(20_000).map(([time, what]) => time - what)).toEqual(times.map(() => 1e6))
  })
})
