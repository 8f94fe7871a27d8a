import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { theoryCases } from './theory/cases.ts'

const page = readFileSync(path.resolve(import.meta.dirname, '../docs/truth.md'), 'utf8')

it('docs/truth.md lists every theory case with its figures and what is expected (npx jiti scripts/truth.ts)', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| '))
  const missing = theoryCases.flatMap(({ id, source, expected }) => {
    const start = rows.findIndex((row) => row.startsWith(`| ${id} | ${source} |`))
    const own = rows.slice(Math.max(0, start), start + Object.keys(expected).length)
    return Object.entries(expected).flatMap(([figure, { value }], i) => {
      const shown = `| \`${figure}\` | ${Number(value.toPrecision(5))} |`
      return start >= 0 && own[i]?.includes(shown) === true ? [] : [`${id}: ${figure}`]
    })
  })
  expect(missing).toEqual([])
})
