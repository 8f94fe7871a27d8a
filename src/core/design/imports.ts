import { type Collector, createCollector, type Diagnostic } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import { describeNode, type Document, type Entry } from '../text/document.ts'
import { isMap, isName, type Schema } from '../text/field.ts'
import type { Limits } from '../text/limits.ts'
import { parse } from '../text/parse.ts'

/** Imported files by the name they were given. */
export type ImportTree = ReadonlyMap<string, { readonly document: Document; readonly imports: ImportTree }>

export interface ImportOptions {
  /**
   * Text of a file beside the design, by its path from the design's folder; null = there is none. Absent: files cannot
   * be read.
   */
  readonly readFile?: ((path: string) => string | null) | undefined
  readonly limits: Partial<Limits>
}

export const importSchema: Schema = {
  type: 'object',
  additionalProperties: { type: 'string', description: 'A file beside this one: `./payments.loadpath.yaml`.' },
}

const DEPTH_MOST = 16
const FILES_MOST = 200
/** Characters of all files together. */
const TOTAL_MOST = 20_000_000

interface Loading extends ImportOptions {
  readonly out: Collector
  readonly files: Map<string, Document | null>
  total: number
}

/**
 * Section `import` with all that it names: `import: { payments: ./payments.loadpath.yaml }`. Only files in the design's
 * own folder and below are read, never an absolute path, a path out of the folder or a URL.
 */
export function loadImports(
  document: Document,
  options: ImportOptions,
): { readonly imports: ImportTree; readonly diagnostics: readonly Diagnostic[] } {
  const out = createCollector()
  const loading: Loading = { ...options, out, files: new Map(), total: 0 }
  return { imports: importsOf(document, [], '', loading), diagnostics: out.list }
}

/** @param ring  paths of the files around, outermost first @param folder  of the file, from the design's: `parts/` */
function importsOf(document: Document, ring: readonly string[], folder: string, loading: Loading): ImportTree {
  const tree = new Map<string, { document: Document; imports: ImportTree }>()
  const node = document.root.get('import')
  if (node === undefined || !isMap(node, loading.out, 'a map from names to files')) return tree
  for (const entry of node.entries) {
    if (!isName(entry.key, entry.keySpan, loading.out)) continue
    const path = pathOf(entry, folder, loading.out)
    const found = path === null ? null : read(path, entry.value.span, ring, loading)
    if (path === null || found === null) continue
    const inner = path.slice(0, path.lastIndexOf('/') + 1)
    tree.set(entry.key, { document: found, imports: importsOf(found, [...ring, path], inner, loading) })
  }
  return tree
}

/** The path from the design's folder, or null when a rule forbids it. */
function pathOf({ key, value }: Entry, folder: string, out: Collector): string | null {
  const refuse = (rule: string): null => {
    const hint = 'name a file in the folder of the design, like `./payments.loadpath.yaml`'
    out.error('import-path', value.span, rule, hint)
    return null
  }
  if (value.kind !== 'scalar') return refuse(`\`import.${key}\` names a file; got ${describeNode(value)}`)
  const path = localPath(value.text, folder)
  if (path.problem !== null) return refuse(path.problem)
  return /\.(?:ya?ml|json)$/.test(path.path) ? path.path : refuse(`\`${value.text}\` is not a YAML or JSON file`)
}

/** A written path as one from the design's folder, or the rule that forbids it. */
export function localPath(
  text: string,
  folder: string,
): { readonly path: string; readonly problem: null } | { readonly path: null; readonly problem: string } {
  const refuse = (problem: string) => ({ path: null, problem })
  const written = text.trim()
  const shown = `\`${written.slice(0, 200)}\``
  if (/^[a-z][a-z0-9+.-]*:/i.test(written))
    return refuse(`${shown} is a URL or a drive; only files beside the design are imported`)
  if (/^[/\\~]/.test(written)) return refuse(`${shown} is an absolute path; only files beside the design are imported`)
  if (/[\\\0-\x1f]/.test(written)) return refuse(`${shown} holds a character that paths of imports do not have`)
  const segments: string[] = []
  for (const segment of `${folder}${written}`.split('/')) {
    if (segment === '..' && segments.pop() === undefined) {
      return refuse(`${shown} leads out of the folder of the design`)
    }
    if (segment !== '' && segment !== '.' && segment !== '..') segments.push(segment)
  }
  return { path: segments.join('/'), problem: null }
}

function read(path: string, at: Span, ring: readonly string[], loading: Loading): Document | null {
  const { out, files, readFile } = loading
  const refuse = (message: string, hint?: string): null => {
    out.error('import-path', at, message, hint)
    return null
  }
  if (ring.includes(path)) {
    const names = [...ring.slice(ring.indexOf(path)), path].map((each) => `\`${each}\``).join(' -> ')
    return refuse(`the file imports itself: ${names}`)
  }
  if (ring.length >= DEPTH_MOST) return refuse(`imports are nested more than ${DEPTH_MOST} deep`)
  const known = files.get(path)
  if (known !== undefined) return known
  if (files.size >= FILES_MOST) return refuse(`a design imports at most ${FILES_MOST} files`)
  const text = readFile?.(path) ?? null
  files.set(path, null)
  if (readFile === undefined) return refuse('files cannot be imported here', 'write everything into one file')
  if (text === null) return refuse(`\`${path}\` does not exist or cannot be read`)
  loading.total += text.length
  if (loading.total > TOTAL_MOST) return refuse(`the imported files have more than ${TOTAL_MOST / 1e6} MB together`)
  const { document, diagnostics } = parse(text, { file: path, limits: loading.limits })
  for (const diagnostic of diagnostics) out.add(diagnostic)
  files.set(path, document)
  return document
}
