import { describe, expect, it } from 'vitest'
import { estimate, estimateWithRanges, prepare } from '../index.ts'
import { drawWorlds } from '../result/worlds.ts'

const text = (users: string, size = '1 KB'): string => `loadpath: 1
name: ranges
network: ideal
assume:
  users: ${users}
  answer: ${size}
load: { people: { users: = users, does: { view: 10 per user per day } } }
components:
  api: { kind: service }
flows:
  view: { from: people, steps: [{ call: api, send: 500 B, do: [{ work: 1 ms }, { reply: = answer }] }] }
`

const prepared = (design: string) =>
  prepare(design, { file: 'a.yaml', variant: null, scenarios: 'baseline', sets: [], limits: {} })

const rangeOf = (design: string, id: string) =>
  estimateWithRanges(prepared(design))?.lines.find((line) => line.id === id)?.range ?? null

const USERS = '{ is: 1 M, range: 500 k..3 M }'

describe('ranges of an estimate', () => {
  it('are those of the number that is not known, times what it is multiplied by', () => {
    const rate = (users: number): number => (users * 10) / 86_400
    const range = rangeOf(text(USERS), 'load.view.peak')
    expect(range?.low).toBeCloseTo(rate(500e3), 3)
    expect(range?.high).toBeCloseTo(rate(3e6), 3)
    expect(range?.movedBy).toEqual(['users'])
  })

  it('are none where nothing that is not known moves a number', () => {
    expect(rangeOf(text('1 M'), 'load.view.peak')).toBeNull()
    expect(rangeOf(text(USERS), 'time.view')).toBeNull()
  })

  it('of a product of two are narrower than both ends at once, and as wide as drawn worlds', () => {
    const design = text(USERS, '{ is: 10 KB, range: 5 KB..40 KB }')
    const range = rangeOf(design, 'bandwidth.edge.view.out')
    const at = (users: number, size: number): number => ((users * 10) / 86_400) * size
    expect(range?.low).toBeGreaterThan(at(500e3, 5e3))
    expect(range?.high).toBeLessThan(at(3e6, 40e3))
    // Logarithms of independent factors add up as squares.
    expect(range?.high).toBeCloseTo(at(1e6, 10e3) * Math.exp(Math.hypot(Math.log(3), Math.log(4))), -2)
    expect(range?.movedBy).toEqual(['answer', 'users'])
    const drawn = sampled(design, 'bandwidth.edge.view.out')
    expect(isNear(range?.low, drawn.low) && isNear(range?.high, drawn.high)).toBe(true)
  })

  it('of a sum lie near those of drawn worlds', () => {
    const design = text(USERS).replace('does: { view', 'does: { look: 50 per user per day, view')
    const two = `${design}  look: { from: people, steps: [{ call: api, do: [{ reply: = answer }] }] }\n`
    const whole = two.replace('answer: 1 KB', 'answer: { is: 10 KB, range: 5 KB..40 KB }')
    const range = rangeOf(whole, 'bandwidth.all.out')
    const drawn = sampled(whole, 'bandwidth.all.out')
    expect(isNear(range?.low, drawn.low) && isNear(range?.high, drawn.high)).toBe(true)
  })
})

/** Ranges that are longer on one side add up a little too wide on the other. */
const isNear = (value: number | undefined, drawn: number): boolean => Math.abs((value ?? 0) / drawn - 1) < 0.1

/** 5 % and 95 % of many drawn worlds. */
function sampled(design: string, id: string): { readonly low: number; readonly high: number } {
  const [worlds] = prepared(design).worlds
  if (worlds === null || worlds === undefined) throw new Error('nothing is unknown')
  const values = drawWorlds(worlds, 400, 1).flatMap(({ quantiles }) => {
    const drawn = worlds.designAt(quantiles)
    const line = drawn && estimate(drawn.design, drawn.model).lines.find((one) => one.id === id)
    return line ? [line.value] : []
  })
  values.sort((a, b) => a - b)
  return { low: values[Math.floor(values.length * 0.05)] ?? 0, high: values[Math.floor(values.length * 0.95)] ?? 0 }
}
