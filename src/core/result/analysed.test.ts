import { describe, expect, it } from 'vitest'
import { analysed, prepare, solve, type Result } from '../index.ts'
import type { Accuracy, Solution } from './solution.ts'

const model = (rate: number, objectives: string) => {
  const text = `
loadpath: 1
name: desk
network: ideal
load: { users: { rate: ${rate}/s, mix: { ask: 100% } } }
components: { desk: { kind: station } }
flows: { ask: { from: users, steps: [{ call: desk, do: [{ work: exp(10 ms) }] }] } }
requirements: { objectives: { ask: [${objectives}] } }
`
  const [found] = prepare(text, {
    file: 'desk.yaml',
    variant: null,
    scenarios: 'baseline',
    sets: [],
    limits: {},
  }).models
  if (found === undefined) throw new Error('no model')
  return found
}

/** The answer to M/M/1 at so many requests a second, as if its method were only so good. */
function answer(rate: number, objectives: string, accuracy?: Accuracy): Result {
  const asked = model(rate, objectives)
  const solution = solve(asked)
  const doubted: Solution =
    accuracy === undefined ? solution : { ...solution, flows: solution.flows.map(() => accuracy) }
  return analysed(asked, doubted, { hash: '', wall: 0, trust: [] })
}

const verdicts = ({ objectives }: Result) => objectives.map(({ verdict }) => verdict)

describe('analysed', () => {
  // p99 = ln(100) / (100 - 80) = 230.26 ms.
  it('has no band where the method is exact', () => {
    const { p99, mean } = answer(80, 'p99 < 240 ms').flows['ask']!.response_time_s
    expect([mean.low, mean.high]).toEqual([mean.value, mean.value])
    expect(p99.value).toBeCloseTo(Math.log(100) / 20, 9)
  })
  it('decides only where the whole band is on one side', () => {
    const off = { mean: 0.05, tail: 0.1, share: 0.01 }
    expect(verdicts(answer(80, 'p99 < 240 ms'))).toEqual(['met'])
    expect(verdicts(answer(80, 'p99 < 240 ms', off))).toEqual(['undecided'])
    expect(verdicts(answer(80, 'p99 < 260 ms', off))).toEqual(['met'])
    expect(verdicts(answer(80, 'p99 < 200 ms', off))).toEqual(['missed'])
  })
  it('says of every step how it was solved, of the exact ones too', () => {
    const { methods = [] } = answer(80, 'p99 < 240 ms')
    const queue = methods.find(({ at }) => at === 'desk')
    expect(queue).toMatchObject({ kind: 'exact', name: null, error_ratio: { mean: 0, tail: 0 }, outputs: [] })
    const sure = new Set(methods.map(({ kind }) => kind))
    expect([...sure]).toEqual(['exact'])
  })
  it('decides nothing where nobody knows how far off it is', () => {
    const unknown = { mean: null, tail: null, share: null }
    expect(verdicts(answer(80, 'p99 < 10 s, success > 1%', unknown))).toEqual(['undecided', 'undecided'])
  })
  it('misses every limit on times that grow without end, and names what is full', () => {
    const { objectives, flows } = answer(120, 'p50 < 10 s, goodput > 99/s')
    expect(objectives.map(({ verdict }) => verdict)).toEqual(['missed', 'met'])
    expect(objectives[0]?.cause).toMatchObject({ component: 'desk', reason: 'saturation' })
    expect(flows['ask']?.response_time_s.p50.value).toBeNull()
    expect(flows['ask']?.goodput_per_s.value).toBeCloseTo(100, 6)
  })
})
