import { describe, expect, it } from 'vitest'
import { prepare, type Prepared } from '../prepare.ts'

const design = (sweep: string): string => `
loadpath: 1
name: swept
load: { users: { rate: 100/s, mix: { ask: 100% } } }
components: { s: { kind: station, servers: 2 }, t: { kind: station, servers: 4 } }
flows: { ask: { from: users, steps: [{ call: s, do: [{ work: exp(5 ms) }] }, { call: t, do: [{ work: 1 ms }] }] } }
scenarios:
  sizes: { sweep: ${sweep} }
`
const read = (sweep: string): Prepared =>
  prepare(design(sweep), { file: 't', variant: null, scenarios: 'all', sets: [], limits: {} })

const labels = (prepared: Prepared): readonly string[] =>
  prepared.models.flatMap(({ sweep }) => (sweep ? [sweep.point] : []))

describe('a sweep', () => {
  it('is one situation for each combination, in the order of the text', () => {
    const prepared = read('{ components.s.servers: [1, 3], load.users.rate: [50/s, 90/s] }')
    expect(labels(prepared)).toEqual([
      'servers=1, rate=50/s',
      'servers=1, rate=90/s',
      'servers=3, rate=50/s',
      'servers=3, rate=90/s',
    ])
    const [, , , last] = prepared.models.filter(({ sweep }) => sweep !== undefined)
    expect(last!.sources[0]!.arrivals).toEqual({ kind: 'poisson', rate: 90 })
    expect(last!.resources.find(({ id }) => id === 's')).toMatchObject({ servers: 3 })
  })
  it('takes five values of a range, its ends among them, whole where both ends are', () => {
    expect(labels(read('{ components.s.servers: 1..9 }'))).toEqual([1, 3, 5, 7, 9].map((n) => `servers=${n}`))
    expect(labels(read('{ components.s.servers: 1..3 }'))).toEqual([1, 2, 3].map((n) => `servers=${n}`))
    expect(labels(read('{ load.users.rate: 10/s..20/s }'))).toEqual(
      ['10', '12.5', '15', '17.5', '20'].map((rate) => `rate=${rate}/s`),
    )
  })
  it('tells paths of the same end apart', () => {
    const [first] = labels(read('{ components.s.servers: [1], components.t.servers: [2] }'))
    expect(first).toBe('s.servers=1, t.servers=2')
  })
  it('plays 16 combinations at most, and says how many there were', () => {
    const prepared = read('{ components.s.servers: 1..5, components.t.servers: 1..5 }')
    expect(labels(prepared)).toHaveLength(16)
    const note = prepared.diagnostics.find(({ code }) => code === 'sweep-thinned')
    expect(note?.message).toBe('the sweep `sizes` has 25 combinations; 16 of them are played, evenly spread')
  })
  it('says a value that the design refuses, with the scenario it comes from', () => {
    const { diagnostics, models } = read('{ components.s.servers: [1, 0] }')
    expect(models).toEqual([])
    expect(diagnostics.some(({ severity, message }) => severity === 'error' && message.includes('`0`'))).toBe(true)
  })
})
