import type { Diagnostic } from '../base/diagnostic.ts'
import { parse } from '../text/parse.ts'
import type { Design } from './design.ts'
import { loadImports } from './imports.ts'
import { testKinds } from './kinds.test-support.ts'
import { applyOverlays, type Overlays } from './overlay.ts'
import { validate } from './validate.ts'

export interface Reading {
  readonly design: Design | null
  readonly diagnostics: readonly Diagnostic[]
}

export interface ReadOptions extends Partial<Overlays> {
  readonly files?: Readonly<Record<string, string>>
}

/** The whole way from a text to a design, with the small kinds of the tests. */
export function read(text: string, { files, ...overlays }: ReadOptions = {}): Reading {
  const { document, diagnostics } = parse(text, { file: 'design.yaml' })
  if (document === null) return { design: null, diagnostics }
  const laid = applyOverlays(document, { variant: null, scenario: null, sets: [], ...overlays })
  if (laid.document === null) return { design: null, diagnostics: laid.diagnostics }
  const readFile = files === undefined ? undefined : (path: string) => files[path] ?? null
  const loaded = loadImports(laid.document, { readFile, limits: {} })
  const { design, diagnostics: said } = validate(laid.document, testKinds, {
    imports: loaded.imports,
    original: document.root,
  })
  const all = [...laid.diagnostics, ...loaded.diagnostics, ...said]
  return { design: all.some(({ severity }) => severity === 'error') ? null : design, diagnostics: all }
}

/** The design, or a failed test that says why there is none. */
export function designOf(text: string, options?: ReadOptions): Design {
  const { design, diagnostics } = read(text, options)
  if (design !== null) return design
  throw new Error(diagnostics.map(({ at, message }) => `${at.line}:${at.column} ${message}`).join('\n'))
}

/** `code message`, errors and warnings. */
export const problemsOf = (text: string, options?: ReadOptions): readonly string[] =>
  read(text, options)
    .diagnostics.filter(({ severity }) => severity !== 'note')
    .map(({ code, message }) => `${code}: ${message}`)

/** A small whole design; sections in `more` are added to it. */
export const shop = (more = ''): string => `loadpath: 1
name: shop
load:
  users: { rate: 50/s, mix: { view: 100% } }
components:
  api: { kind: service, instances: 2 }
  db: { kind: postgres, tables: { pages: { rows: 2 M, access: { by-owner: { by: owner, rows: 20 } } } } }
  hot: { kind: redis, keyspaces: { pages: { keys: 1 M } } }
flows:
  view:
    from: users
    steps:
      - call: api
        do:
          - work: 2 ms
          - get: hot.pages
            miss: [{ read: db.pages }]
${more}`
