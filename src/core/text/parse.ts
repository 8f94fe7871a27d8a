import { Composer, type Document as YamlDocument } from 'yaml'
import { type Collector, createCollector, type Diagnostic, sortDiagnostics } from '../base/diagnostic.ts'
import { buildTree, type Tree } from './build-tree.ts'
import { describeNode, type Document } from './document.ts'
import { foreignFormats } from './other-words.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { createLineMap, type LineMap } from './line-map.ts'
import { isSmallEnough, scanText } from './scan-text.ts'
import { type Scan, scanTokens } from './scan-tokens.ts'
import { reportSyntaxErrors } from './syntax-error.ts'
import { withoutSections } from './without-sections.ts'

export interface ParseResult {
  /** null as soon as there is one error: a half-read design is never used. */
  readonly document: Document | null
  readonly diagnostics: readonly Diagnostic[]
  /**
   * Where all errors are slips of single keys (no value, defined twice, reserved), or make only their own sections
   * unreadable: what stands beside them, for further diagnoses. Never a design to play.
   */
  readonly partial: Remains | null
}

export interface Remains {
  readonly document: Document
  /** Keys whose values were left out. */
  readonly lost: readonly string[]
  /** They are whole sections: in what is left nothing is missing. */
  readonly areSections: boolean
}

/** Errors that leave the rest of the text as it is. */
const SLIPS: ReadonlySet<string> = new Set([
  'null-value',
  'duplicate-key',
  'ambiguous-key',
  'reserved-key',
  'empty-key',
  'merge-value',
  'unknown-anchor',
])

/**
 * Reads the text of a design into a tree with places.
 *
 * Strict YAML 1.2: no directives, tags, second documents, nulls, duplicate or reserved keys. Aliases and merge keys are
 * expanded within a budget. Never throws and never aborts for any text: what is too large or too deep is refused before
 * it is composed.
 *
 * @param text    the file as read; a byte order mark and CR LF are fine
 * @param file    name shown in places
 * @param limits  overrides of {@link defaultLimits}
 */
export function parse(
  text: string,
  { file, limits = {} }: { readonly file: string; readonly limits?: Partial<Limits> },
): ParseResult {
  const out = createCollector()
  const bounds = { ...defaultLimits, ...limits }
  if (!isSmallEnough(text, bounds, file, out)) return { document: null, diagnostics: out.list, partial: null }
  const { node: root, lost } = parseTree(text, bounds, createLineMap(text, file), out)
  const diagnostics = sortDiagnostics(out.list)
  if (root?.kind !== 'map') return { document: null, diagnostics, partial: remainsOf(text, file, bounds, diagnostics) }
  const document = { file, text, root }
  if (!out.hasErrors()) return { document, diagnostics, partial: null }
  const isSlips = diagnostics.every(({ severity, code }) => severity !== 'error' || SLIPS.has(code))
  return { document: null, diagnostics, partial: isSlips ? { document, lost, areSections: false } : null }
}

/** Errors of a section that leave the others as they are. */
const BREAKS: ReadonlySet<string> = new Set(['yaml-syntax', 'tab-indent'])

/** The sections that can be read, where the others have slips that make them unreadable. */
function remainsOf(text: string, file: string, limits: Limits, found: readonly Diagnostic[]): Remains | null {
  const errors = found.filter(({ severity }) => severity === 'error')
  if (errors.length === 0 || errors.some(({ code }) => !BREAKS.has(code))) return null
  const rest = withoutSections(text, errors)
  if (rest === null) return null
  const out = createCollector()
  const { node: root } = parseTree(rest.text, limits, createLineMap(text, file), out)
  if (root?.kind !== 'map' || out.hasErrors()) return null
  return { document: { file, text, root }, lost: rest.lost, areSections: true }
}

function parseTree(text: string, limits: Limits, lines: LineMap, out: Collector): Tree {
  if (!scanText(text, limits, lines, out)) return noTree
  const scan = scanTokens(text, limits, lines, out)
  if (!scan) return noTree
  const yaml = compose(scan, text)
  if (!yaml?.contents || yaml.contents.range[1] === yaml.contents.range[0]) {
    if (yaml && yaml.errors.length > 0) reportSyntaxErrors(yaml.errors, { text, lines, ...scan }, out)
    else if (!out.hasErrors()) reportNotADesign(emptyWords(text), lines, out)
    return noTree
  }
  const problems = [...yaml.errors, ...yaml.warnings].filter((e) => !(scan.hasTags && TAG_CODES.has(e.code)))
  if (problems.length > 0) {
    reportSyntaxErrors(problems, { text, lines, ...scan }, out)
    return noTree
  }
  return checkRoot(yaml, scan, { text, limits, lines }, out)
}

const noTree: Tree = { node: null, lost: [] }

/** What the library says of a tag that was reported already. */
const TAG_CODES = new Set(['TAG_RESOLVE_FAILED', 'BAD_COLLECTION_TYPE', 'MULTIPLE_TAGS'])

// Strings only: numbers are read from their text, by whoever knows the unit.
const OPTIONS = { version: '1.2', schema: 'failsafe', uniqueKeys: false, stringKeys: true, strict: true } as const

function compose(scan: Scan, text: string): YamlDocument.Parsed | null {
  for (const document of new Composer(OPTIONS).compose(scan.tokens, true, text.length)) return document
  return null
}

interface Source {
  readonly text: string
  readonly limits: Limits
  readonly lines: LineMap
}

function checkRoot(yaml: YamlDocument.Parsed, scan: Scan, { text, limits, lines }: Source, out: Collector): Tree {
  const found = foreignFormat(yaml)
  if (found !== null) {
    const message = `this is ${found}, not a design`
    const hint = `there is no import of such files yet; ${smallDesign}`
    out.error('not-a-design', lines.span(firstOffset(yaml), firstOffset(yaml) + 1), message, hint)
    return noTree
  }
  const isMap = yaml.contents && 'items' in yaml.contents && !text.startsWith('-', firstOffset(yaml))
  const tree = createCollector()
  const { node: root, lost } = buildTree(yaml.contents, limits, lines, tree)
  if (root?.kind !== 'map' && (!isMap || root)) {
    reportNotADesign(root ? describeNode(root) : 'nothing (null)', lines, out, firstOffset(yaml))
    return noTree
  }
  for (const diagnostic of tree.list) out.add(diagnostic)
  if (scan.secondDocument !== null) reportSecondDocument(text, scan.secondDocument, lines, out)
  return { node: root, lost }
}

function reportSecondDocument(text: string, offset: number, lines: LineMap, out: Collector): void {
  const at = text.startsWith('---', offset) ? lines.span(offset, offset + 3) : lines.span(offset, offset + 1)
  const end = text.lastIndexOf('\n...', offset)
  const isEnd = end !== -1 && !text.startsWith('---', offset) && text.slice(end + 4, offset).trim() === ''
  const mark = isEnd ? '...' : '---'
  const hint = `remove the \`${mark}\` line, or move what follows into a file of its own and \`import\` it`
  out.error('multiple-documents', at, 'a second YAML document starts here; a design is one document', hint)
}

const firstOffset = (yaml: YamlDocument.Parsed): number => yaml.contents?.range[0] ?? 0

function foreignFormat(yaml: YamlDocument.Parsed): string | null {
  const keys = new Set<unknown>()
  if (yaml.contents && 'items' in yaml.contents) {
    for (const item of yaml.contents.items) {
      if ('key' in item && item.key && 'value' in item.key) keys.add(item.key.value)
    }
  }
  if (keys.size === 0 || keys.has('loadpath')) return null
  const format = foreignFormats.find(([marks]) => marks.every((mark) => keys.has(mark)))?.[1]
  return format !== undefined && !keys.has('load') && !keys.has('flows') ? format : null
}

const EXAMPLE = `loadpath: 1
load: { users: { rate: 50/s, mix: { view: 100% } } }
components: { api: { kind: service, instances: 2 } }
flows:
  view: { from: users, steps: [{ call: api, do: [{ work: 2 ms }] }] }`

/** For hints. */
export const smallDesign = `a small design is\n${EXAMPLE}`

function emptyWords(text: string): string {
  const rest = text.replace(/^\uFEFF/, '').trim()
  if (rest === '') return 'an empty file'
  const isComment = (line: string): boolean => /^(?:#|$)/.test(line.trim())
  return rest.split('\n').every(isComment) ? 'only comments' : 'an empty document'
}

function reportNotADesign(found: string, lines: LineMap, out: Collector, offset = 0): void {
  const message = `a design is a map that starts with \`loadpath: 1\`; found ${found}`
  out.error('not-a-design', lines.span(offset, offset + 1), message, smallDesign)
}
