import { expect, it } from 'vitest'
import { simulate } from '../../src/core/index.ts'
import type { TheoryCase } from './case.ts'
import { figureOf, modelOf, rateOf } from './figures.ts'

/**
 * Plays the whole way, from text to figures. A figure passes when its whole 95 % interval lies within the tolerance around
 * the expected value (an equivalence test: a wide interval does not pass). Seeds are fixed, so a correct simulator passes
 * always.
 */
export function agrees(cases: readonly TheoryCase[]): void {
  for (const theory of cases) {
    it(`${theory.id} (${theory.source})`, () => {
      const model = modelOf(theory.design)
      const result = simulate(model, {
        seed: 11,
        duration: theory.requests / rateOf(model, theory),
        replications: theory.replications ?? 10,
        eventsMax: Infinity,
      })
      const wrong = Object.entries(theory.expected).flatMap(([path, { value, rel = 0, abs = 0 }]) => {
        const { low, high } = figureOf(result, path)
        const tolerance = Math.max(abs, rel * Math.abs(value)) + 1e-12
        const isInside = low !== null && high !== null && low >= value - tolerance && high <= value + tolerance
        return isInside ? [] : [`${path}: ${low}..${high}, expected ${value} +- ${tolerance}`]
      })
      expect(wrong).toEqual([])
      expect(result.trust.filter((note) => note.includes('invariant'))).toEqual([])
    })
  }
}
