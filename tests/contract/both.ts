import { Ajv } from 'ajv'
import { parse as parseYaml } from 'yaml'
import type { Diagnostic } from '../../src/core/base/diagnostic.ts'
import { noSpan } from '../../src/core/base/span.ts'
import { designSchema } from '../../src/core/design/schema.ts'
import { validate } from '../../src/core/design/validate.ts'
import type { Kind } from '../../src/core/kinds/define.ts'
import { kinds } from '../../src/core/kinds/index.ts'
import { createMap, type Document, type MapNode, type Node } from '../../src/core/text/document.ts'
import { parse } from '../../src/core/text/parse.ts'
import { benches, designOf } from './benches.ts'

/** A value laid over a component, or a key with any name beside it. */
export interface Written {
  /** Names in place of `*`. */
  readonly path: string
  /** In YAML. */
  readonly value: string
  /** Only where nothing stands. */
  readonly isSpare?: true
}

/** What schema and validator say of one design. */
export interface Said {
  readonly isInSchema: boolean
  readonly errors: readonly Diagnostic[]
  /** Errors that point to what was laid over last. */
  readonly here: readonly Diagnostic[]
}

type Plain = Readonly<Record<string, unknown>>

export interface Base {
  readonly document: Document
  readonly plain: Plain
}

const HERE = 'here.yaml'
const accepts = new Ajv({ strict: false }).compile(designSchema(kinds))

/** What a technology cannot be, in the bench of its general kind, and what it is instead. */
const fitted: Readonly<Record<string, readonly [string, string]>> = { memcached: ['replicas: 1', 'replicas: 0'] }

/** The bench of a kind without its scenarios: a whole design in which a component of the kind is asked. */
export function fittedDesign(kind: Kind): string {
  const bench = benches[kind.is ?? kind.id]
  if (bench === undefined) throw new Error(`there is no bench for ${kind.id}`)
  const [from, to] = fitted[kind.id] ?? ['', '']
  return designOf(kind.id, bench)
    .replace(/^scenarios:[^]*/m, '')
    .replace(from, to)
}

export function baseOf(kind: Kind): Base {
  const text = fittedDesign(kind)
  const { document } = parse(text, { file: 'bench.yaml' })
  if (document === null) throw new Error(`the bench of ${kind.id} cannot be read`)
  return { document, plain: parseYaml(text) as Plain }
}

/** Both, of the base with some settings of its component laid over it; the last is what is asked about. */
export function sayBoth(base: Base, writings: readonly Written[]): Said {
  let root: Node = base.document.root
  let plain: unknown = base.plain
  for (const { path, value, isSpare } of writings) {
    const keys = ['components', 'it', ...path.split('.')]
    if (isSpare && find(root, keys) !== undefined) continue
    root = withNode(root, keys, nodeOf(value))
    plain = withPlain(plain, keys, parseYaml(value))
  }
  const { diagnostics } = validate({ ...base.document, root: root as MapNode }, kinds)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return { isInSchema: accepts(plain), errors, here: errors.filter(({ at }) => at.file === HERE) }
}

const hereSpan = { ...noSpan, file: HERE }

function nodeOf(value: string): Node {
  const root = parse(`value: ${value}`, { file: HERE }).document?.root
  const node = root?.get('value')
  if (node === undefined) throw new Error(`cannot be read: ${value}`)
  return node
}

function withNode(base: Node | undefined, [key, ...rest]: readonly string[], value: Node): Node {
  if (key === undefined) return value
  const map = base?.kind === 'map' ? base : createMap([], noSpan)
  const inner = withNode(map.get(key), rest, value)
  const keySpan = rest.length === 0 ? hereSpan : (map.entry(key)?.keySpan ?? noSpan)
  const entries = map.entries.filter((entry) => entry.key !== key)
  return createMap([...entries, { key, keySpan, value: inner }], map.span)
}

function withPlain(base: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  const isMap = typeof base === 'object' && base !== null && !Array.isArray(base)
  const map = isMap ? (base as Plain) : {}
  return { ...map, [key]: withPlain(map[key], rest, value) }
}

const find = (node: Node | undefined, [key, ...rest]: readonly string[]): Node | undefined =>
  key === undefined ? node : find(node?.kind === 'map' ? node.get(key) : undefined, rest)
