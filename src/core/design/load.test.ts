import { describe, expect, it } from 'vitest'
import type { Actor } from './design.ts'
import { cosineOfTurns } from './load-shape.ts'
import { designOf, problemsOf } from './validate.test-support.ts'

const design = (actor: string, flows = 'view, buy'): string => `loadpath: 1
assume: { users: 12 M, online: 8% }
places: { eu: { region: eu-west-1, zones: [a, b] }, home: { clients: true, latency: 20 ms } }
load: { users: ${actor} }
components: { api: { kind: service } }
flows:
${flows
  .split(', ')
  .map((name) => `  ${name}: { from: users, steps: [{ call: api }] }\n`)
  .join('')}`

const actorOf = (actor: string): Actor | undefined => designOf(design(actor)).actors.get('users')
const MIX = 'mix: { view: 75%, buy: 25% }'

describe('actors', () => {
  it('ask at a rate, split by shares', () => {
    expect(actorOf(`{ rate: 17 M/d, ${MIX} }`)).toMatchObject({
      demand: { kind: 'rate', rate: 17e6 / 86_400 },
      mix: [
        { flow: 'view', share: 0.75 },
        { flow: 'buy', share: 0.25 },
      ],
      arrivals: { kind: 'poisson' },
      shape: [],
      from: [],
      isHostile: false,
    })
  })

  it('are users, each of which does so much; the peak multiplies', () => {
    const actor = actorOf('{ users: 86.4 k, does: { view: 3 per user per day, buy: 1 per day }, peak: 2.5x }')
    expect(actor?.demand).toEqual({ kind: 'rate', rate: expect.closeTo(10, 9) as number })
    expect(actor?.mix).toEqual([
      { flow: 'view', share: expect.closeTo(0.75, 12) as number },
      { flow: 'buy', share: expect.closeTo(0.25, 12) as number },
    ])
  })

  it('are closed users that wait for answers and think', () => {
    const actor = actorOf(`{ population: = users * online, think: 40 s, ${MIX} }`)
    expect(actor?.demand).toEqual({ kind: 'closed', population: 960_000, think: { law: 'exponential', mean: 40 } })
  })

  it('come from places of the design and parts of the world', () => {
    const actor = actorOf(`{ rate: 5/s, ${MIX}, from: { home: 60%, asia: 40% }, hostile: true, arrivals: batch(5) }`)
    expect(actor?.from).toEqual([
      { place: 'home', share: 0.6 },
      { place: 'asia', share: 0.4 },
    ])
    expect([actor?.isHostile, actor?.arrivals]).toEqual([true, { kind: 'batch', size: 5 }])
    expect(problemsOf(design(`{ rate: 5/s, ${MIX}, from: { hom: 100% } }`))).toEqual([
      'unknown-place: the actor `users` names the place `hom`, which does not exist; did you mean `home`?',
    ])
  })

  it('take shares within a millionth of 100 %, and make them whole', () => {
    const sumOf = (mix: string): number =>
      actorOf(`{ rate: 5/s, mix: { ${mix} } }`)?.mix.reduce((sum, { share }) => sum + share, 0) ?? 0
    expect(sumOf('view: 99.99999999%')).toBe(1)
    expect(problemsOf(design('{ rate: 5/s, mix: { view: 99.99% } }', 'view'))[0]).toBe(
      'shares-sum: the shares sum to 99.99%, not 100%: view 99.99%',
    )
  })
})

describe('shapes of load', () => {
  const shapeOf = (shape: string) => actorOf(`{ rate: 5/s, ${MIX}, shape: ${shape} }`)?.shape ?? []
  const at = (shape: string, time: number): number => shapeOf(shape).find((point) => point.at === time)?.times ?? -1

  it('daily: the peak is 1, twelve hours from it is the low, between them a cosine', () => {
    const daily = 'daily(low 30% peak 20:00)'
    expect(shapeOf(daily)).toHaveLength(97)
    expect(at(daily, 20 * 3600)).toBe(1)
    expect(at(daily, 8 * 3600)).toBeCloseTo(0.3, 12)
    expect(at(daily, 14 * 3600)).toBeCloseTo(0.65, 12)
    expect(at(daily, 0)).toBeCloseTo(0.3 + 0.35 * (1 + Math.cos((2 * Math.PI * 4) / 24)), 12)
    expect(at(daily, 24 * 3600)).toBeCloseTo(at(daily, 0), 12)
  })

  it('daily: a peak between two quarters of an hour is a point of its own', () => {
    expect(shapeOf('daily(low 30% peak 20:07)')).toHaveLength(98)
    expect(at('daily(low 30% peak 20:07)', 20 * 3600 + 7 * 60)).toBe(1)
    expect(shapeOf('daily(low 30% peak 24:00)')[0]).toEqual({ at: 0, times: 1 })
  })

  it('weekly: time starts before Monday, the weekend is lower', () => {
    const weekly = 'weekly(low 50% peak 12:00 weekend 60%)'
    expect(at(weekly, 12 * 3600)).toBe(1)
    expect(at(weekly, (4 * 24 + 12) * 3600)).toBe(1)
    expect(at(weekly, (5 * 24 + 12) * 3600)).toBe(0.6)
    expect(at(weekly, (6 * 24 + 12) * 3600)).toBe(0.6)
    expect(shapeOf(weekly).at(-1)?.at).toBe(7 * 86_400)
  })

  it('ramp and spike', () => {
    expect(shapeOf('ramp(from 10% to 100% over 10 min)')).toEqual([
      { at: 0, times: 0.1 },
      { at: 600, times: 1 },
    ])
    expect(shapeOf('spike(at 5 min times 3 for 1 min)')).toEqual([
      { at: 0, times: 1 },
      { at: 300, times: 1 },
      { at: 300.001, times: 3 },
      { at: 360, times: 3 },
      { at: 360.001, times: 1 },
    ])
    expect(shapeOf('spike(at 0 s times 3 for 1 min)').map((point) => point.times)).toEqual([3, 3, 1])
  })

  it('has a cosine within 1e-14 of the built-in one', () => {
    for (let i = -400; i <= 400; i++) {
      expect(Math.abs(cosineOfTurns(i / 100) - Math.cos((2 * Math.PI * i) / 100))).toBeLessThan(1e-14)
    }
  })
})
