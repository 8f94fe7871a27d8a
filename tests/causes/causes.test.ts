import { describe, expect, it } from 'vitest'
import { prepare, simulate } from '../../src/core/index.ts'
import { brokenCases } from './broken.ts'
import { faultyCases } from './cases.ts'
import { decoyCases } from './decoys.ts'
import { limitedCases } from './limited.ts'
import { loadCases } from './load.ts'
import { poolCases } from './pools.ts'
import { storeCases } from './stores.ts'

const cases = [
  ...faultyCases,
  ...poolCases,
  ...storeCases,
  ...brokenCases,
  ...limitedCases,
  ...loadCases,
  ...decoyCases,
]

/** Systems with one known fault: the cause that is named first has to be it. */
describe('the first cause that is named is the fault', () => {
  for (const { id, scenario, objective, components, reasons, design } of cases) {
    it(id, () => {
      const { models, diagnostics } = prepare(design, {
        file: 'faulty.yaml',
        variant: null,
        scenarios: [scenario],
        sets: [],
        limits: {},
      })
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
      const result = simulate(models[0]!, { seed: 3, eventsMax: 1e6 })
      const judged = result.objectives.find((one) => one.id === objective)
      expect(judged?.verdict).toBe('missed')
      expect(components).toContain(judged?.cause?.component)
      expect(reasons).toContain(judged?.cause?.reason)
    })
  }
})
