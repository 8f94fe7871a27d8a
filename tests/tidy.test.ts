/** The house as data: who may import whom, what is not written here, and how big things may get. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Ban, Layer, Source } from './tidy-rules.ts'
import {
  bannedCode,
  bannedNames,
  codeLinesOf,
  importedMembers,
  importsOf,
  isExempt,
  longFiles,
  longLines,
  unlistedMembers,
  wrongImports,
} from './tidy-rules.ts'

const base = 'core/base'
const model = 'core/model'
const text = 'core/text'
const kinds = 'core/kinds'
const design = 'core/design'
const result = 'core/result'

/** From low to high. Only what is named may be imported; a folder that is not here does not exist. */
const importMap: Readonly<Record<string, Layer>> = {
  [base]: { from: [] },
  [model]: { from: [base] },
  [text]: { from: [base, model], packages: ['yaml'] },
  [kinds]: { from: [base, model, text] },
  [design]: { from: [base, model, text, kinds] },
  [result]: { from: [base, model] },
  'core/simulate': { from: [base, model, result] },
  'core/solve': { from: [base, model, result] },
  'core/estimate': { from: [base, model, text, kinds, design, result, 'core/solve'] },
  'core/rules': { from: [base, model, design, result] },
  'core/report': { from: [base, model, result, 'core/estimate'], packages: ['string-width'] },
  'core/exporters': { from: [base, model, design, result] },
  'core/importers': { from: [base, model, design, result] },
  // Where text becomes what is played: the only file below the public API that sees the list of kinds.
  'core/prepare.ts': { from: [base, model, text, kinds, design, result, 'core/rules'] },
  'core/index.ts': { from: ['core'] },
  // The leaves of base may be taken directly, so that `--version` and `help` load nothing else.
  node: { from: ['core/index.ts', base], packages: ['node:', 'commander', 'picocolors', 'jiti', 'chokidar'] },
  // A thread loads the simulator only: it starts sooner without the language.
  'node/worker.ts': { from: [base, model, result, 'core/simulate', 'node/player.ts'], packages: ['node:'] },
  studio: { from: ['core/index.ts'] },
}

/** Folders of one file per member, with an explicit list. */
const extensionPoints = [
  kinds,
  'core/rules',
  'core/result/suspects',
  'core/report/formats',
  'core/exporters',
  'core/importers',
  'node/lab/probes',
  'studio/actions',
]
const commands = 'node/commands'

const bansEverywhere: readonly Ban[] = [
  { pattern: /^export default\b|\bas default\b/, why: 'a default export has no name to search for' },
  { pattern: /(?:[:<|&,(=]|=>|\bas)\s*any\b(?!\s*[(:.=])/, why: '`any` turns the compiler off: take `unknown`' },
  { pattern: /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s/, why: 'no enums: a union of literals does it' },
  { pattern: /[\w)\]]!(?!=)/, why: '`!` hides a case: narrow the value' },
]

const bansInCore: readonly Ban[] = [
  { pattern: /\bMath\.random\b/, why: 'chance comes from a named stream' },
  { pattern: /\bDate\b/, why: 'core has no clock' },
  {
    pattern: /\bMath\.(?:log|log2|log10|log1p|exp|expm1|pow|sin|cos|tan)\b/,
    why: 'differs between machines: take it from base/math.ts',
  },
]

const budgets = { fileLines: 400, columns: 120, machineryLines: 45_000 }

/** Style rule 5. */
const emptyWords = [
  'data',
  'info',
  'item',
  'items',
  'manager',
  'helper',
  'helpers',
  'util',
  'utils',
  'handle',
  'process',
]

const root = path.resolve(import.meta.dirname, '..')
const everything = ['src', 'tests', 'scripts', 'bench'].flatMap((folder) => read(folder))
const sources = everything.filter(({ file }) => file.startsWith('src/') && file.endsWith('.ts'))
const product = sources.filter(({ file }) => !/\.test(?:-support)?\.ts$/.test(file))
const core = product.filter(({ file }) => file.startsWith('src/core/'))

describe('the house', () => {
  it('imports downwards only', () => {
    expect(wrongImports(product, importMap)).toEqual([])
  })

  it('lists every member of every extension point', () => {
    expect([...extensionPoints, commands].flatMap((name) => unlistedMembers(product, name))).toEqual([])
  })

  it('reaches members through their list only', () => {
    expect(extensionPoints.flatMap((name) => importedMembers(product, name))).toEqual([])
  })

  it('has no default exports, no any, no enums and no non-null assertions', () => {
    expect(bannedCode(product, bansEverywhere)).toEqual([])
  })

  it('keeps clock, chance and machine-dependent functions out of core', () => {
    expect(bannedCode(core, bansInCore)).toEqual([])
  })

  it('keeps files and lines short', () => {
    expect([...longFiles(everything, budgets.fileLines), ...longLines(sources, budgets.columns)]).toEqual([])
  })

  it('keeps the machinery of core small: lines of code, without the members of extension points', () => {
    const isMember = ({ file }: Source): boolean => extensionPoints.some((name) => file.startsWith(`src/${name}/`))
    const machinery = core.filter((source) => !isMember(source) && !isExempt(source))
    expect(machinery.reduce((sum, source) => sum + codeLinesOf(source), 0)).toBeLessThan(budgets.machineryLines)
  })

  it('names files after what is in them', () => {
    expect(
      bannedNames(
        everything.map(({ file }) => file),
        emptyWords,
      ),
    ).toEqual([])
  })

  it('names no registry in the lockfile', () => {
    expect(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"')
  })

  it('pins every package', () => {
    const manifest: Record<string, Record<string, string>> = JSON.parse(
      readFileSync(path.join(root, 'package.json'), 'utf8'),
    )
    const versions = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] })
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })
})

describe('the rules of the house', () => {
  const file = (name: string, content: string): Source => ({ file: name, text: content })

  it('see an upward import, also a dynamic one, one of a type and one over several lines', () => {
    const upward = [
      "import { parse } from '../text/parse.ts'",
      "import type { Document } from '../text/document.ts'",
      "const late = () => import('../text/parse.ts')",
      "export {\n  parse,\n} from '../text/parse.ts'",
    ]
    for (const line of upward) {
      expect(wrongImports([file('src/core/model/model.ts', line)], importMap)).toHaveLength(1)
    }
    expect(wrongImports([file('src/core/text/parse.ts', "import { a } from '../model/model.ts'")], importMap)).toEqual(
      [],
    )
  })

  it('see a foreign package and a folder nobody planned', () => {
    expect(wrongImports([file('src/core/base/a.ts', "import { readFileSync } from 'node:fs'")], importMap)).toEqual([
      'src/core/base/a.ts:1: core/base may not import node:fs',
    ])
    expect(wrongImports([file('src/core/misc/a.ts', '')], importMap)).toEqual([
      'src/core/misc/a.ts: this folder is not in the import map',
    ])
  })

  it('see a member that is not listed, and one that is reached past the list', () => {
    const folder = [
      file('src/core/kinds/index.ts', "import { a } from './a.ts'"),
      file('src/core/kinds/define.ts', ''),
      file('src/core/kinds/a.ts', "import { shared } from './shared.ts'"),
      file('src/core/kinds/shared.ts', ''),
      file('src/core/kinds/forgotten.ts', ''),
    ]
    expect(unlistedMembers(folder, 'core/kinds')).toEqual([
      'src/core/kinds/forgotten.ts: is not listed in src/core/kinds/index.ts',
    ])
    const outside = file('src/core/design/x.ts', "\nimport { a } from '../kinds/a.ts'")
    expect(importedMembers([...folder, outside], 'core/kinds')).toEqual([
      'src/core/design/x.ts:2: imports src/core/kinds/a.ts past its list',
    ])
  })

  it('see banned code, but not in comments, strings and patterns', () => {
    const found = (line: string): number => bannedCode([file('a.ts', line)], [...bansEverywhere, ...bansInCore]).length
    const banned = [
      'const at = new Date()',
      'const x = Math.random()',
      'const y = Math.exp(2)',
      'const text = `${Math.random()}`',
      'const a = b as any',
      'let c: any',
      'const d = e!.f',
      'const g = h[0]!',
      'export enum Color { Red }',
      'export default 1',
    ]
    for (const line of banned) expect([line, found(line)]).toEqual([line, 1])
    const fine = [
      '// Math.random and Date are banned!',
      "const text = 'Date: any!'",
      'const text = `no Date! ${a !== b ? `any! ${c}` : 0} Date`',
      'const pattern = /Date!/',
      'if (!a && b !== c) return !d',
      'const many = anyOf(z.any())',
    ]
    for (const line of fine) expect([line, found(line)]).toEqual([line, 0])
  })

  it('see what is too long, unless the first line says why', () => {
    const long = 'x\n'.repeat(401)
    expect(longFiles([file('a.ts', long), file('b.ts', `// @data prices\n${long}`)], 400)).toEqual([
      'a.ts: 401 lines, at most 400',
    ])
    expect(longLines([file('a.ts', `${'λ'.repeat(120)}\n${'x'.repeat(121)}`)], 120)).toEqual([
      'a.ts:2: 121 columns, at most 120',
    ])
    expect(longLines([file('a.ts', `  hint: '${'x'.repeat(121)}',\n  a = b('${'x'.repeat(121)}')`)], 120)).toEqual([
      'a.ts:2: 132 columns, at most 120',
    ])
  })

  it('see empty words in file names', () => {
    expect(bannedNames(['src/base/stats-utils.ts', 'src/base/database.ts'], emptyWords)).toEqual([
      'src/base/stats-utils.ts: "utils" says nothing in a name',
    ])
  })

  it('know where an import goes', () => {
    expect(importsOf(file('src/core/a/b.ts', "\nimport { x } from '../c/d.ts'"))).toEqual([
      { target: 'src/core/c/d.ts', line: 2 },
    ])
  })
})

function read(folder: string): readonly Source[] {
  let entries: string[]
  try {
    entries = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
  return entries
    .map((name) => `${folder}/${name.replaceAll(path.sep, '/')}`)
    .filter((file) => /\.(?:ts|tsx|mjs)$/.test(file))
    .toSorted()
    .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }))
}
