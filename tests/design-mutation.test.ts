import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../src/core/base/diagnostic.ts'
import { applyOverlays } from '../src/core/design/overlay.ts'
import { validate } from '../src/core/design/validate.ts'
import { kinds } from '../src/core/kinds/index.ts'
import { codeTexts } from '../src/core/report/codes.ts'
import { createList, createMap, createScalar, type Document, type Node } from '../src/core/text/document.ts'
import { parse } from '../src/core/text/parse.ts'

/** Sample designs with a few random changes: whatever comes out, it is diagnosed, never thrown. */
const folder = fileURLToPath(new URL('./designs', import.meta.url))
const documents: readonly Document[] = readdirSync(folder)
  .filter((name) => name.endsWith('.loadpath.yaml'))
  .map((name) => parse(readFileSync(join(folder, name), 'utf8'), { file: name }).document)
  .filter((document) => document !== null)

const WORDS = [
  'toString',
  '',
  '0',
  '-1',
  '5',
  '10%',
  '2 s',
  'none',
  'api',
  'a.b.c',
  '= users',
  '= 1 /',
  'true',
  '{',
  'mix(',
  '5 KB',
  'a -> b',
  '[',
  '1..2',
]

const NOTHING = { diagnostics: [] as readonly Diagnostic[] }

interface Change {
  readonly at: number
  readonly how: 'delete' | 'duplicate' | 'rename' | 'scalar' | 'list' | 'map' | 'swap'
  readonly word: string
}

const changes = fc.array(
  fc.record<Change>({
    at: fc.nat(1200),
    how: fc.constantFrom('delete', 'duplicate', 'rename', 'scalar', 'list', 'map', 'swap'),
    word: fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 12 })),
  }),
  { minLength: 1, maxLength: 4 },
)

/** The tree with its `at`-th node changed, counted from the root. */
function mutate(root: Node, { at, how, word }: Change): Node {
  let left = at
  const visit = (node: Node): Node => {
    if (left-- === 0) return replaced(node)
    if (node.kind === 'list') return createList(node.items.map(visit), node.span)
    if (node.kind === 'scalar') return node
    const entries = node.entries.flatMap((entry) => {
      if (left-- !== 0) return [{ ...entry, value: visit(entry.value) }]
      if (how === 'delete') return []
      return [{ ...entry, key: how === 'rename' ? word : entry.key, value: replaced(entry.value) }]
    })
    return createMap(entries, node.span)
  }
  const replaced = (node: Node): Node => {
    const scalar = createScalar(word, node.span)
    if (how === 'list') return createList([scalar, node], node.span)
    if (how === 'map') return createMap([{ key: 'x', keySpan: node.span, value: node }], node.span)
    if (how === 'duplicate') return createList([node, node], node.span)
    return how === 'rename' ? node : scalar
  }
  return visit(root)
}

const isPlain = ({ at, code, message }: Diagnostic): boolean =>
  Number.isFinite(at.offset) &&
  Object.hasOwn(codeTexts, code) &&
  message !== '' &&
  !/undefined|\[object|NaN/.test(message)

describe('a changed design', () => {
  it('is diagnosed at once with hostile values in every place', () => {
    const hostile = ['a', ' ', '.', '-', '<', '1', '(', '= a', 'a-'].map((part) => `x${part.repeat(50_000)}!`)
    const [document] = documents.toSorted((a, b) => a.text.length - b.text.length)
    for (const word of hostile) {
      for (let at = 0; at < 60; at++) {
        const root = document && mutate(document.root, { at, how: 'scalar', word })
        const { diagnostics } = document && root?.kind === 'map' ? validate({ ...document, root }, kinds) : NOTHING
        expect(diagnostics.filter(({ message }) => message.length > 500)).toEqual([])
      }
    }
  })

  it('is validated or refused with places and explained codes, whatever was changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...documents), changes, (document, list) => {
        const root = list.reduce<Node>((node, change) => mutate(node, change), document.root)
        if (root.kind !== 'map') return
        const { design, diagnostics } = validate({ ...document, root }, kinds)
        const hasErrors = diagnostics.some(({ severity }) => severity === 'error')
        expect(design === null).toBe(hasErrors)
        expect(diagnostics.filter((one) => !isPlain(one))).toEqual([])
      }),
      { seed: 7, numRuns: 400 },
    )
  })

  it('is overlaid or refused, whatever the path and the value', () => {
    const path = fc.oneof(
      fc.constantFrom('components.api', 'load.visitors.rate', 'flows.view.steps', 'policies.default.retry.budget'),
      fc.string({ maxLength: 20 }),
      fc
        .array(fc.constantFrom('components', 'api', 'load', 'a', '', 'steps', '__proto__'), { maxLength: 4 })
        .map((all) => all.join('.')),
    )
    fc.assert(
      fc.property(fc.constantFrom(...documents), path, fc.string({ maxLength: 20 }), (document, where, value) => {
        const sets = [{ path: where, value }]
        const laid = applyOverlays(document, { variant: null, scenario: null, sets })
        expect(laid.document === null).toBe(laid.diagnostics.some(({ severity }) => severity === 'error'))
        if (laid.document !== null) validate(laid.document, kinds)
        expect(({} as { polluted?: true }).polluted).toBeUndefined()
      }),
      { seed: 7, numRuns: 300 },
    )
  })
})
