import { describe, expect, it } from 'vitest'
import type { Section } from './case.ts'
import { judge } from './judge.ts'
import { caseText, committedCase, writeCase } from './truth-page.ts'

/** Plays every case of a section, and holds the page to what came out. `UPDATE_GOLDEN=1` writes it there. */
export function agrees(section: Section): void {
  const { title, cases } = section
  describe(title, () => {
    for (const theory of cases) {
      it(`${theory.id} (${theory.source})`, () => {
        const judged = judge(theory)
        if (process.env['UPDATE_GOLDEN'] === '1') writeCase(section, theory, { simulated: judged })
        expect(judged.rows.filter(({ verdict }) => verdict !== 'agrees')).toEqual([])
        expect(judged.broken).toEqual([])
        const text = caseText(title, theory, { simulated: judged })
        expect(committedCase(title, theory), 'docs/truth.md is not what was played').toBe(text)
      })
    }
  })
}
