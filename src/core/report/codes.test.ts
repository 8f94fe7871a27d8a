import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { codeTexts } from './codes.ts'

const core = fileURLToPath(new URL('..', import.meta.url))

/** Codes as they stand in the source: `code: 'x'`, or the first text in a call that says a problem. */
function codesIn(folder: string): readonly string[] {
  const files = readdirSync(join(core, folder), { recursive: true, encoding: 'utf8' })
  const product = files.filter((name) => name.endsWith('.ts') && !/\.test(?:-support)?\.ts$/.test(name))
  return product.flatMap((name) => {
    const text = readFileSync(join(core, folder, name), 'utf8')
    const said = /\b(?:error|warning|note|wrong|warn)(?:<\w+>)?\(\s*'([a-z-]+)'/g
    const built = /\bcode: '([a-z-]+)'/g
    const passed = /\bfail(?:At)?\([^'`]{0,80}'([a-z-]+)'/g
    return [said, built, passed].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))
  })
}

it('explains every code that text, kinds and designs can say', () => {
  const codes = [...new Set(['text', 'design', 'kinds'].flatMap(codesIn))].filter((code) => code !== 'consequence')
  expect(codes.length).toBeGreaterThan(80)
  expect(codes.filter((code) => !Object.hasOwn(codeTexts, code))).toEqual([])
})

it('says for each what it means and what to do', () => {
  for (const [code, { meaning, remedy }] of Object.entries(codeTexts)) {
    expect([code, meaning.length > 15, remedy.length > 5]).toEqual([code, true, true])
  }
})
