import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type Diagnostic, sortDiagnostics } from '../src/core/base/diagnostic.ts'
import type { Node, ScalarNode } from '../src/core/text/document.ts'
import { parse } from '../src/core/text/parse.ts'
import { readUncertain } from '../src/core/text/scalars/assumption.ts'
import { readDistribution } from '../src/core/text/scalars/distribution.ts'
import { scopeOf } from '../src/core/text/scalars/expression.ts'
import { parseObjective } from '../src/core/text/scalars/objective.ts'
import {
  readBytes,
  readCount,
  readMoneyPerMonth,
  readRate,
  readRatio,
  readTime,
} from '../src/core/text/scalars/quantity.ts'
import type { Read } from '../src/core/text/scalars/read.ts'
import { type ReadOptions, read } from '../src/core/design/validate.test-support.ts'
import { prepare } from '../src/core/prepare.ts'
import { renderDiagnostics } from '../src/core/report/diagnostic-text.ts'
import { checkRules } from '../src/core/rules/define.ts'
import { rules } from '../src/core/rules/index.ts'

/**
 * Each folder in golden/diagnostics is one case: `design.yaml` and the text that is printed for it. Cases
 * named `scalar-` hold maps `reader: [values]` instead of a design; those named `design-` are validated with the small
 * kinds of the tests, with the overlays and imported files of `options.json`; those named `whole-` go the way of
 * `loadpath check`, with its kinds and rules. `UPDATE_GOLDEN=1` writes the expected texts.
 */
const root = fileURLToPath(new URL('./golden/diagnostics', import.meta.url))
const isUpdate = process.env['UPDATE_GOLDEN'] === '1'

const scope = scopeOf(
  new Map([
    ['users', { value: 12_000_000, dimension: 'count' } as const],
    ['online', { value: 0.08, dimension: 'ratio' } as const],
    ['think', { value: 3, dimension: 'time' } as const],
    ['followers', { value: { law: 'exponential', mean: 160 }, dimension: 'count' } as const],
  ]),
)

const readers: Readonly<Record<string, (node: Node) => Read<unknown>>> = {
  time: (node) => readTime(node, { scope }),
  count: (node) => readCount(node, { scope }),
  whole: (node) => readCount(node, { isWhole: true, above: 0 }),
  rate: (node) => readRate(node),
  ratio: (node) => readRatio(node),
  bytes: (node) => readBytes(node),
  money: (node) => readMoneyPerMonth(node),
  law: (node) => readDistribution(node, 'time'),
  objective: (node) => parseObjective(node),
  uncertain: (node) => readUncertain(node),
}

function diagnose(name: string, text: string): readonly Diagnostic[] {
  if (name.startsWith('design-')) return read(text, optionsOf(name)).diagnostics
  if (name.startsWith('rule-')) return brokenRules(text)
  if (name.startsWith('whole-')) return prepare(text, { ...wholeOptions, scenarios: 'all' }).diagnostics
  const { document, diagnostics } = parse(text, { file: 'design.yaml' })
  if (!name.startsWith('scalar-') || !document) return diagnostics
  return document.root.entries.flatMap(({ key, value }) => {
    const nodes: readonly (Node | ScalarNode)[] = value.kind === 'list' ? value.items : [value]
    return nodes.flatMap((node) => {
      const read = readers[key]?.(node)
      if (!read) throw new Error(`no reader ${key}`)
      return read.isValid ? [] : [read.diagnostic]
    })
  })
}

const wholeOptions = { file: 'design.yaml', variant: null, sets: [], limits: {} } as const

function brokenRules(text: string): readonly Diagnostic[] {
  const { design, models, diagnostics } = prepare(text, { ...wholeOptions, scenarios: 'baseline' })
  const [model] = models
  const broken = design && model ? checkRules(rules, { design, model }) : []
  return sortDiagnostics([...diagnostics.filter(({ severity }) => severity === 'error'), ...broken])
}

function optionsOf(name: string): ReadOptions {
  const file = join(root, name, 'options.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReadOptions) : {}
}

describe('diagnostics are printed as expected', () => {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const name of folders.map((folder) => folder.name).sort()) {
    it(name, () => {
      const text = readFileSync(join(root, name, 'design.yaml'), 'utf8')
      const printed = renderDiagnostics(diagnose(name, text), {
        source: (file) => (file === 'design.yaml' ? text : undefined),
        width: 100,
      })
      const expected = join(root, name, 'expected.txt')
      if (isUpdate) writeFileSync(expected, printed)
      expect(printed).toBe(readFileSync(expected, 'utf8'))
    })
  }
})
