import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Diagnostic, prepare } from '../src/core/index.ts'

const examples = path.resolve(import.meta.dirname, '../examples')
const textOf = (name: string): string => readFileSync(path.join(examples, name, `${name}.loadpath.yaml`), 'utf8')

const errorsOf = (text: string): readonly Diagnostic[] =>
  prepare(text, { file: 't', variant: null, scenarios: 'all', sets: [], limits: {} }).diagnostics.filter(
    ({ severity }) => severity === 'error',
  )
const told = (text: string): readonly string[] => errorsOf(text).map(({ at, code }) => `${at.line}: ${code}`)

/** Every section of an example, with a bracket that is not closed in the first line under its key. */
function broken(name: string): readonly { readonly section: string; readonly text: string }[] {
  const text = textOf(name)
  return [...text.matchAll(/^(\w+):(.*)\n/gm)].map(({ 0: line, 1: section = '', 2: value = '', index }) => {
    const rest = text.slice(index + line.length)
    return {
      section,
      text: `${text.slice(0, index)}${section}:\n  slip: { at: 1\n${value === '' ? rest : `\n${rest}`}`,
    }
  })
}

describe('a section that cannot be read', () => {
  it.each(['url-shortener', 'news-feed', 'microservices', 'slow-start'])(
    'is the only thing that is wrong with %s, whichever it is',
    (name) => {
      for (const { section, text } of broken(name)) {
        expect([section, errorsOf(text).map(({ code }) => code)]).toEqual([section, ['yaml-syntax']])
      }
    },
  )
  it('hides no mistakes of the others, which are told at their places', () => {
    const text = textOf('microservices')
      .replace('{ rate: 500/s, mix: { checkout: 100% }', '{ rate: 500/s, mix: { checkout: 90% }')
      .replace('- call: cart', '- call: card')
      .replace('checkout: [p50', "checkout: '[p50")
    const lines = text.split('\n')
    const lineOf = (part: string): number => lines.findIndex((line) => line.includes(part)) + 1
    expect(told(text)).toEqual([
      `${lineOf('rate: 500')}: shares-sum`,
      `${lineOf('call: card')}: unknown-component`,
      `${lineOf('p99 < 30')}: yaml-syntax`,
    ])
  })
  it('is all that is told when nothing else is left', () => {
    expect(told('components: { a: 1\n')).toEqual(['1: yaml-syntax'])
  })
  it('may be indented by tabs', () => {
    const text = textOf('first')
      .replace('  visitors: { rate: 400/s', '\tvisitors: { rate: 400/s')
      .replace('read: db.', 'read: bd.')
    expect(errorsOf(text).map(({ code }) => code)).toEqual(['tab-indent', 'unknown-component'])
  })
})
