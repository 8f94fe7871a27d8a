import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { reviewStepTitle } from '../../src/core/base/review-step.ts'
import { codeTexts, diagnosticTexts, reasonTexts, referencesText, verdictTexts } from '../../src/core/report/codes.ts'
import { reasons } from '../../src/core/result/result.ts'
import { rules } from '../../src/core/rules/index.ts'
import { code, GENERATED, page, table } from './markdown.ts'

const core = path.resolve(import.meta.dirname, '../../src/core')

/** Every code of a message and every cause of a verdict. */
export function diagnosticsPage(): string {
  const found = severities()
  const isOfText = (name: string): boolean => found.get(name)?.isInText === true
  const ruleCodes = new Set(rules.map((rule) => rule.code))
  const others = Object.keys(diagnosticTexts).filter((name) => !ruleCodes.has(name))
  const rowOf = (name: string): readonly string[] => {
    const text = codeTexts[name]
    return [code(name), severityOf(found, name), text?.meaning ?? '', text?.remedy ?? '']
  }
  const heads = ['code', 'severity', 'meaning', 'what helps']
  return page([
    '# Messages and causes',
    GENERATED,
    'A message says where, how bad, what was found and what is allowed, and ends with its code in brackets. With an ' +
      '**error** nothing is played (exit code 2); a **warning** is something that will hardly do what its author expects; a ' +
      '**note** is worth knowing. `loadpath explain <code>` prints what stands here.',
    '## Reading the file and its values',
    table(heads, others.filter(isOfText).map(rowOf)),
    '## What a design says',
    table(heads, others.filter((name) => !isOfText(name)).map(rowOf)),
    '## Rules',
    'Checked over a design that can be read, before it is played; in the order of the eight steps of a review.',
    table(
      ['code', 'step', ...heads.slice(1)],
      rules
        .toSorted((a, b) => a.step - b.step)
        .map(({ code: name, step, severity, meaning, remedy, references }) => [
          code(name),
          reviewStepTitle(step),
          severity,
          references === undefined ? meaning : `${meaning} (${referencesText(references)})`,
          remedy,
        ]),
    ),
    '## Verdicts',
    'Where every finding needs a code (SARIF, annotations), objectives that are not met have these.',
    table(
      ['code', 'meaning', 'what helps'],
      Object.entries(verdictTexts).map(([name, { meaning, remedy }]) => [code(name), meaning, remedy]),
    ),
    '## Causes of verdicts',
    'Why an objective is missed, or may be. How sure the product is stands beside it: *certain*, *likely* or *unclear*.',
    table(
      ['cause', 'meaning', 'what helps'],
      reasons.flatMap((reason) => {
        const found = reasonTexts[reason]
        return found === undefined ? [] : [[code(reason), found.meaning, found.remedy]]
      }),
    ),
  ])
}

/** Codes whose severity cannot be seen in the source. */
export function unseenCodes(): readonly string[] {
  const found = severities()
  const ruleCodes = rules.map((rule) => rule.code)
  return Object.keys(diagnosticTexts).filter((name) => !found.has(name) && !ruleCodes.includes(name))
}

interface Said {
  readonly severities: Set<string>
  readonly isInText: boolean
}

/** Codes that the source puts together (`unknown-${what}`) are all errors. */
const BUILT = ['error']

const severityOf = (found: ReadonlyMap<string, Said>, name: string): string =>
  [...(found.get(name)?.severities ?? BUILT)].sort().join(' or ')

/** Where the source says a code, and how bad it is there: in a call that says a problem, or beside it in a literal. */
function severities(): ReadonlyMap<string, Said> {
  const found = new Map<string, Said>()
  for (const { folder, text } of sources()) {
    const pairs = (pattern: RegExp): readonly (readonly string[])[] =>
      [...text.matchAll(pattern)].map((found) => found.slice(1))
    const errors = (pattern: RegExp): readonly (readonly string[])[] =>
      pairs(pattern).map(([name = '']) => ['error', name])
    const said = [
      ...pairs(/\b(error|warning|note)(?:<\w+>)?\(\s*'([a-z-]+)'/g),
      ...pairs(/\bwarn\(\s*'([a-z-]+)'/g).map(([name = '']) => ['warning', name]),
      ...pairs(/severity: '(\w+)',\s*code: '([a-z-]+)'/g),
      ...pairs(/code: '([a-z-]+)',\s*severity: '(\w+)'/g).map(([name = '', level = '']) => [level, name]),
      ...errors(/\b(?:wrong|fail(?:At)?)(?:<\w+>)?\([^'`]{0,80}'([a-z-]+)'/g),
      ...errors(/(?<!severity: '\w+',\s*)\bcode: '([a-z-]+)'(?!,\s*severity)/g),
    ]
    for (const [level = '', name = ''] of said) {
      const before = found.get(name) ?? { severities: new Set<string>(), isInText: folder === 'text' }
      before.severities.add(level)
      found.set(name, before)
    }
  }
  return found
}

const FOLDERS = ['text', 'design', 'kinds', 'base']

function sources(): readonly { readonly folder: string; readonly text: string }[] {
  const files = readdirSync(core, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll(path.sep, '/'))
  return files
    .filter((name) => name.endsWith('.ts') && !/\.test(?:-support)?\.ts$/.test(name))
    .flatMap((name) => {
      const folder = name.split('/')[0] ?? ''
      const isOurs = FOLDERS.includes(folder) || name === 'prepare.ts'
      return isOurs ? [{ folder, text: readFileSync(path.join(core, name), 'utf8') }] : []
    })
    .toSorted((a, b) => FOLDERS.indexOf(a.folder) - FOLDERS.indexOf(b.folder))
}
