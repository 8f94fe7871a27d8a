import { describe, expect, it } from 'vitest'
import { kinds } from '../../src/core/kinds/index.ts'
import { benches } from './benches.ts'
import { knobsOf, seenMove } from './knobs.ts'

/** Settings of which `dead-knobs.test.ts` alone says that they change something: only ever fewer. */
const SILENT = 50

const general = kinds.filter(({ is }) => is === null).map(({ id }) => id)

describe('what a setting says it does, it does', () => {
  it('there is a bench for every kind', () => {
    expect(Object.keys(benches).toSorted()).toEqual(general.toSorted())
  })

  it('no more settings than before say nothing of their effect', () => {
    const silent = general.flatMap(knobsOf).filter(({ effect }) => effect === undefined)
    expect(silent.length).toBeLessThanOrEqual(SILENT)
  })

  for (const kind of general) {
    it(`of ${kind}`, () => {
      const said = knobsOf(kind).filter(({ effect }) => effect !== undefined)
      const still = said.filter((knob) => seenMove(knob) === null)
      expect(still.map(({ path, effect }) => `${path}: ${effect?.moves.join(', or ')} at ${effect?.at}`)).toEqual([])
    })
  }
})
