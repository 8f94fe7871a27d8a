import { describe, expect, it } from 'vitest'
import type { RunStatistics } from '../result/statistics.ts'
import { randomModel } from './fuzz.test-support.ts'
import { createSimulation } from './simulation.ts'

const MODELS = 200

interface Played {
  readonly half: RunStatistics
  readonly end: RunStatistics
  readonly live: number
}

/** Sources stop at 20 s. At 1000 s everybody has to be gone. */
function playOut(seed: number, chunk: number): Played {
  const simulation = createSimulation(randomModel(seed), { seed, replication: 0, sliceLength: 1 })
  const to = (time: number): void => {
    for (let i = 0; simulation.now < time; i++) {
      simulation.run(time, chunk)
      if (i * chunk > 3e6) throw new Error(`model ${seed} does not get on`)
    }
  }
  to(3)
  simulation.beginMeasuring()
  to(10)
  const half = simulation.statistics()
  simulation.beginMeasuring()
  to(1000)
  return { half, end: simulation.statistics(), live: simulation.live }
}

describe('random models', () => {
  it('break no invariant, and nobody stays for ever', () => {
    for (let seed = 1; seed <= MODELS; seed++) {
      const { half, end, live } = playOut(seed, 5000)
      expect([seed, half.violations, end.violations]).toEqual([seed, [], []])
      expect([seed, end.flows.map((flow) => flow.presentAtEnd)]).toEqual([seed, end.flows.map(() => 0)])
      expect([seed, live]).toEqual([seed, 0])
    }
  })

  it('give the same bits whatever the chunks', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const { half, end } = playOut(seed, 5000)
      const again = playOut(seed, 7)
      expect(again.half).toEqual(half)
      expect(again.end).toEqual(end)
    }
  })
})
