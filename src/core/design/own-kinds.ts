import type { Collector } from '../base/diagnostic.ts'
import { noSpan } from '../base/span.ts'
import type { Kind } from '../kinds/define.ts'
import { createMap, type Entry, type MapNode, type Node, withoutEntry } from '../text/document.ts'
import { isMap, isName, type Reading } from '../text/field.ts'
import { mergeNodes } from './merge-nodes.ts'
import type { Missing, MissingNames } from './missing-names.ts'
import { otherKindWords } from './other-kind-words.ts'

/** What a word after `kind:` stands for. */
export interface ResolvedKind {
  readonly kind: Kind
  /** Settings of the author's kinds on the way to it, merged; empty for a kind of the product. */
  readonly settings: MapNode
}

export interface KindTable {
  /** undefined: does not exist; null: exists, but was not understood. */
  readonly resolve: (name: string) => ResolvedKind | null | undefined
  readonly names: () => readonly string[]
  /** The author's kinds, with the entry of each. */
  readonly own: ReadonlyMap<string, Entry>
  /** The kind and the author's kinds that it is, by `is`. */
  readonly ancestors: (name: string) => readonly string[]
}

/** What resolving needs: the author's kinds, those of the product, and what was resolved so far. */
interface Tables {
  readonly builtIn: ReadonlyMap<string, Kind>
  readonly own: ReadonlyMap<string, Entry>
  readonly imported: ReadonlyMap<string, KindTable>
  readonly resolved: Map<string, ResolvedKind | null>
  readonly out: Collector
  readonly missing: MissingNames
}

/**
 * Kinds by id and alias, and those of section `kinds`: each *is* one other kind, its maps are merged over that kind's
 * and its lists replace them. Those of imported files are `payments.our-service`.
 */
export function readKinds(
  node: Node | undefined,
  kinds: readonly Kind[],
  { out }: Reading,
  missing: MissingNames,
  imported: ReadonlyMap<string, KindTable>,
): KindTable {
  const builtIn = new Map(kinds.flatMap((kind) => [kind.id, ...kind.aliases].map((name) => [name, kind] as const)))
  const own = new Map<string, Entry>()
  for (const entry of node !== undefined && isMap(node, out, 'a map of kinds') ? node.entries : []) {
    if (!isName(entry.key, entry.keySpan, out)) continue
    if (!builtIn.has(entry.key)) own.set(entry.key, entry)
    else out.error('kind-exists', entry.keySpan, `\`${entry.key}\` is a kind already`, 'choose another name')
  }
  const tables: Tables = { builtIn, own, imported, resolved: new Map(), out, missing }
  for (const name of own.keys()) resolve(name, [], tables)
  return {
    resolve: (name) => resolve(name, [], tables),
    names: () => namesIn(tables),
    own,
    ancestors: (name) => ancestorsOf(name, own),
  }
}

const namesIn = ({ own, builtIn }: Tables): readonly string[] => [...own.keys(), ...builtIn.keys()]

/** @param ring  the author's kinds that are being resolved, outermost first */
function resolve(name: string, ring: readonly string[], tables: Tables): ResolvedKind | null | undefined {
  const known = tables.resolved.get(name)
  if (known !== undefined) return known
  const dot = name.indexOf('.')
  if (dot > 0) return tables.imported.get(name.slice(0, dot))?.resolve(name.slice(dot + 1))
  const kind = tables.builtIn.get(name)
  const entry = tables.own.get(name)
  if (kind === undefined && entry === undefined) return undefined
  const found = kind === undefined ? resolveOwn(entry, ring, tables) : { kind, settings: createMap([], noSpan) }
  tables.resolved.set(name, found)
  return found
}

function resolveOwn(entry: Entry | undefined, ring: readonly string[], tables: Tables): ResolvedKind | null {
  const { out, missing } = tables
  if (entry === undefined || !isMap(entry.value, out, 'a kind, like `{ is: service, instances: 2 }`')) return null
  const base = entry.value.get('is')
  if (base?.kind !== 'scalar') {
    out.error('missing-key', entry.keySpan, `the kind \`${entry.key}\` needs \`is\`: the kind it is`)
    return null
  }
  if (base.text === entry.key || ring.includes(base.text)) {
    const path = [...ring, entry.key, base.text].map((each) => `\`${each}\``).join(' is ')
    out.error('kind-cycle', base.span, `the kind \`${entry.key}\` is itself: ${path}`)
    return null
  }
  const under = resolve(base.text, [...ring, entry.key], tables)
  if (under === undefined) {
    const message = `the kind \`${entry.key}\` is \`${base.text}\`, which does not exist`
    reportUnknownKind({ name: base.text, at: base.span, message }, namesIn(tables), missing)
  }
  if (under === undefined || under === null) return null
  const settings = mergeNodes(under.settings, withoutEntry(entry.value, 'is'))
  return settings.kind === 'map' ? { kind: under.kind, settings } : null
}

/** A kind that there is not: what it is called here, what is near, or all general kinds. */
export function reportUnknownKind(
  mistake: Pick<Missing, 'name' | 'at' | 'message'>,
  names: readonly string[],
  missing: MissingNames,
): void {
  const word = mistake.name.toLowerCase()
  const own = Object.hasOwn(otherKindWords, word) ? otherKindWords[word] : undefined
  const hint = own !== undefined && names.includes(own) ? { hint: `here that is a \`${own}\`` } : {}
  missing.report({ ...mistake, ...hint, code: 'unknown-kind', candidates: names, noun: 'kinds', listMost: 100 })
}

function ancestorsOf(name: string, own: ReadonlyMap<string, Entry>): readonly string[] {
  const path: string[] = []
  let next: string | undefined = name
  while (next !== undefined && !path.includes(next)) {
    path.push(next)
    next = baseOf(own.get(next))
  }
  return path
}

function baseOf(entry: Entry | undefined): string | undefined {
  const base = entry?.value.kind === 'map' ? entry.value.get('is') : undefined
  return base?.kind === 'scalar' ? base.text : undefined
}
