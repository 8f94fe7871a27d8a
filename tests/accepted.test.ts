import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../src/core/base/diagnostic.ts'
import { prepare } from '../src/core/prepare.ts'
import { pathsIn } from '../src/core/text/path-places.ts'

/** Whatever a rule finds can be accepted, by the names that its message says first or by its place. */
const root = path.resolve(import.meta.dirname, 'golden/diagnostics')
const cases = readdirSync(root).filter((name) => name.startsWith('rule-'))

const found = (text: string): readonly Diagnostic[] =>
  prepare(text, { file: 'design.yaml', variant: null, scenarios: 'all', sets: [], limits: {} }).diagnostics

const namesIn = (message: string): readonly string[] => {
  const first = /`[^`]+`(?:(?:, | and )`[^`]+`)*/.exec(message)?.[0] ?? ''
  return [...first.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

/** With all findings of a code accepted at these places. */
const accepting = (text: string, code: string, places: readonly string[]): string =>
  `${text.trimEnd()}\naccepted:\n${[...new Set(places)]
    .map((where) => `  - { rule: ${code}, where: ${JSON.stringify(where)}, reason: known }`)
    .join('\n')}\n`

const open = (text: string, code: string): readonly string[] =>
  found(text)
    .filter((one) => (one.code === code && one.accepted === undefined) || /^accepted|^unknown/.test(one.code))
    .map(({ code: said, message }) => `${said}: ${message}`)

describe('what a rule finds is accepted', () => {
  for (const name of cases) {
    const code = name.replace('rule-', '')
    const text = readFileSync(path.join(root, name, 'design.yaml'), 'utf8')
    const mine = found(text).filter((one) => one.code === code)

    it(`${code}: by the names that its message says`, () => {
      expect(mine.length).toBeGreaterThan(0)
      expect(
        open(
          accepting(
            text,
            code,
            mine.flatMap(({ message }) => namesIn(message)),
          ),
          code,
        ),
      ).toEqual([])
    })

    it(`${code}: by its places`, () => {
      const pathOf = pathsIn(text, 'design.yaml')
      const places = mine.flatMap(({ at, also = [] }) => [at, ...also].map(pathOf))
      expect(
        open(
          accepting(
            text,
            code,
            places.map((place) => place.replace(/\.\d.*$/, '')),
          ),
          code,
        ),
      ).toEqual([])
    })
  }
})
