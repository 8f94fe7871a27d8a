import { describe, expect, it } from 'vitest'
import { Lab } from '../simulate/simulation.test-support.ts'
import { plainEnvironment } from './environment.ts'
import { solve } from './solve.ts'

function design() {
  const lab = new Lab()
  const workers = lab.group('workers', { perShard: 2 })
  const log = lab.log(workers)
  const desk = lab.flow('desk', [lab.publish(log)])
  const work = lab.consume(log, workers, [lab.delay(0.1)])
  lab.source(desk, { arrivals: { kind: 'poisson', rate: 4 } })
  return { model: lab.model(), workers, work }
}

describe('consumers', () => {
  it('are behind by what waits and by what they work on', () => {
    const { model } = design()
    const [log] = solve(model).statistics.logs
    // One queue M/D/1 of 4/s x 0.1 s: half of rho/(1 - rho) of the work is waited for.
    expect(log?.lagMean).toBeCloseTo(4 * (0.1 + (0.1 * 0.4) / (2 * 0.6)), 6)
  })
  it('take nothing when all of them are dead', () => {
    const { model, work } = design()
    const plain = plainEnvironment(model)
    const dead = (all: readonly Uint8Array[]) => all.map((own) => own.map(() => 0))
    const gone = { ...plain, alive: dead(plain.alive) }
    for (const environment of [gone, { ...gone, serving: dead(plain.serving) }]) {
      const { statistics } = solve(model, { environment })
      expect(statistics.flows[work]?.good).toBe(0)
      expect(statistics.logs[0]).toMatchObject({ consumed: 0 })
      expect(statistics.logs[0]?.lagMean).toBeGreaterThan(1e11)
    }
  })
})
