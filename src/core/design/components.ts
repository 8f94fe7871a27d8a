import type { Span } from '../base/span.ts'
import { nearestNames } from '../base/nearest.ts'
import type { Kind } from '../kinds/define.ts'
import { createMap, type Entry, type MapNode, type Node } from '../text/document.ts'
import { isMap, isName, type Placed, type Reading } from '../text/field.ts'
import { otherKeyWords } from '../text/other-words.ts'
import { type Params, readSettings } from '../text/param.ts'
import { componentParams } from './component-params.ts'
import type { PlaceGroup } from './design.ts'
import type { KnownComponent } from './known.ts'
import { mergeNodes } from './merge-nodes.ts'
import type { MissingNames } from './missing-names.ts'
import { type IdleSetting, idleSettingsOf } from './without-effect.ts'
import { type KindTable, reportUnknownKind, type ResolvedKind } from './own-kinds.ts'
import { checkDeclared } from './places.ts'
import { presetTree } from './presets.ts'

/** A component read, but for its steps and its policy. */
export interface ReadComponent extends KnownComponent {
  readonly at: readonly string[]
  readonly spread: number | null
  readonly policy: Node | null
  readonly handles: readonly Placed<string>[]
  readonly stores: readonly Placed<string>[]
  readonly idle: readonly IdleSetting[]
  readonly span: Span
}

export interface ComponentsContext {
  readonly reading: Reading
  readonly table: KindTable
  readonly kinds: readonly Kind[]
  readonly places: ReadonlyMap<string, PlaceGroup>
  readonly missing: MissingNames
  /** Before the id of each: `payments.` for those of an imported file. */
  readonly prefix: string
}

/**
 * Section `components`, by the names of its file. One whose settings have mistakes stays known by its name, so that no
 * reference to it is another mistake.
 */
export function readComponents(node: Node | undefined, context: ComponentsContext): ReadonlyMap<string, ReadComponent> {
  const components = new Map<string, ReadComponent>()
  const { out } = context.reading
  if (node === undefined || !isMap(node, out, 'a map of components')) return components
  const keyOwners = ownersOfKeys(context.kinds)
  const presets = new Map<Kind, MapNode>()
  for (const entry of node.entries) {
    if (!isName(entry.key, entry.keySpan, out)) continue
    components.set(entry.key, readComponent(entry, context, { keyOwners, presets }))
  }
  checkUnusedKinds(components, context, keyOwners)
  return components
}

/** Kinds of the author that no component is: what is written in them is read all the same. */
function checkUnusedKinds(
  components: ReadonlyMap<string, ReadComponent>,
  { table, reading }: ComponentsContext,
  keyOwners: ReadonlyMap<string, readonly string[]>,
): void {
  const used = new Set([...components.values()].flatMap(({ writtenKind }) => table.ancestors(writtenKind)))
  for (const [name, { value }] of table.own) {
    const kind = used.has(name) ? null : table.resolve(name)?.kind
    if (kind === null || kind === undefined || value.kind !== 'map') continue
    for (const entry of value.entries.filter(({ key }) => key !== 'is')) {
      const params: Params = { ...componentParams, ...kind.params }
      const param = Object.hasOwn(params, entry.key) ? params[entry.key] : undefined
      if (param === undefined) reportForeignKey(entry, { kind, what: withArticle(name), keyOwners }, reading)
      else param.field.read(entry.value, reading)
    }
  }
}

interface Shared {
  /** Which general kinds have a key. */
  readonly keyOwners: ReadonlyMap<string, readonly string[]>
  readonly presets: Map<Kind, MapNode>
}

function readComponent(entry: Entry, context: ComponentsContext, shared: Shared): ReadComponent {
  const { keySpan, value } = entry
  const id = `${context.prefix}${entry.key}`
  const unread = { id, kind: null, writtenKind: '', settings: null, written: createMap([], keySpan), parts: null }
  const empty = { ...unread, operations: new Map(), keySpan, span: value.span, at: [], spread: null, policy: null }
  const nothing: ReadComponent = { ...empty, handles: [], stores: [], idle: [] }
  if (!isMap(value, context.reading.out, 'a component, like `{ kind: service, instances: 2 }`')) return nothing
  const resolved = kindOf(entry, value, context)
  // Without a kind only the common keys can be read.
  const tree = mergeNodes(resolved?.settings, value)
  if (tree.kind !== 'map') return nothing
  const { common, own } = split(tree)
  const generic = readGeneric(common, id, context)
  const writtenKind = value.get('kind')
  const base = { ...nothing, ...generic, writtenKind: writtenKind?.kind === 'scalar' ? writtenKind.text : '' }
  return resolved === null || resolved === undefined ? base : withSettings(base, own, resolved, context, shared)
}

function kindOf({ key, keySpan }: Entry, map: MapNode, { reading, table, missing }: ComponentsContext) {
  const written = map.get('kind')
  if (written === undefined) {
    const hint = `write what it is: \`${key}: { kind: service }\``
    reading.out.error('missing-key', keySpan, `the component \`${key}\` needs \`kind\``, hint)
    return null
  }
  const name = componentParams.kind.field.read(written, reading)
  if (name === undefined) return null
  const found = table.resolve(name.value)
  const message = `\`${key}\` is a \`${name.value}\`, which is not a kind`
  if (found === undefined) reportUnknownKind({ name: name.value, at: name.span, message }, table.names(), missing)
  return found ?? null
}

/** The keys of every component, and the others. */
function split(tree: MapNode): { readonly common: MapNode; readonly own: MapNode } {
  const isCommon = ({ key }: Entry): boolean => Object.hasOwn(componentParams, key)
  const common = createMap(tree.entries.filter(isCommon), tree.span)
  return {
    common,
    own: createMap(
      tree.entries.filter((entry) => !isCommon(entry)),
      tree.span,
    ),
  }
}

function readGeneric(common: MapNode, id: string, { reading, places, missing }: ComponentsContext) {
  const { kind: _kind, ...params } = componentParams
  const map = createMap(
    common.entries.filter(({ key }) => key !== 'kind'),
    common.span,
  )
  const values = readSettings(map, params, 'a component', reading)?.values
  if (values === undefined) return {}
  const at = [...(values.at ?? [])]
  const pin = values.pin ?? []
  for (const place of [...at, ...pin]) {
    checkDeclared({ name: place.value, at: place.span }, places, missing, `\`${id}\``)
  }
  const operations = new Map<string, Node>()
  const written = values.operations
  for (const { key, keySpan, value } of written?.kind === 'map' ? written.entries : []) {
    if (isName(key, keySpan, reading.out)) operations.set(key, value)
  }
  const standing = pin.length > 0 ? pin : at
  return {
    at: standing.map((place) => place.value),
    spread: values.spread,
    policy: values.policy,
    handles: values.handles ?? [],
    stores: values.stores ?? [],
    operations,
  }
}

function withSettings(
  base: ReadComponent,
  own: MapNode,
  { kind }: ResolvedKind,
  { reading }: ComponentsContext,
  { keyOwners, presets }: Shared,
): ReadComponent {
  const what = withArticle(base.writtenKind)
  const errorsBefore = countErrors(reading)
  const known = own.entries.filter((entry) => {
    const isKnown = Object.hasOwn(kind.params, entry.key)
    if (!isKnown) reportForeignKey(entry, { kind, what, keyOwners }, reading)
    return isKnown
  })
  const preset = presets.get(kind) ?? presetTree(kind)
  presets.set(kind, preset)
  const tree = mergeNodes(preset, createMap(known, base.keySpan))
  const settings = tree.kind === 'map' ? readSettings(tree, kind.params, what, reading)?.values : undefined
  if (settings === undefined) return { ...base, kind }
  const hasMistakes = countErrors(reading) > errorsBefore
  for (const { severity, code, param, message, hint } of kind.check(settings)) {
    // What has a mistake in it was left out: that nothing is there follows from it.
    if (hasMistakes && code === 'no-parts') continue
    const at = own.entry(param)?.keySpan ?? base.keySpan
    reading.out.add({
      code,
      severity,
      at,
      message: `\`${base.id}\`: ${message}`,
      ...(hint === undefined ? {} : { hint }),
    })
  }
  return {
    ...base,
    kind,
    settings,
    written: tree.kind === 'map' ? tree : base.written,
    // A part with a mistake in it is left out; whoever names it is not told that it does not exist.
    parts: countErrors(reading) > errorsBefore ? null : kind.partsOf(settings),
    idle: idleSettingsOf(kind, own),
  }
}

/** `` a `service` ``, `` an `external` ``. */
const withArticle = (name: string): string => `${/^(?:[aeiou]|s3|sqs|sns)/i.test(name) ? 'an' : 'a'} \`${name}\``

const countErrors = ({ out }: Reading): number => out.count('error')

function ownersOfKeys(kinds: readonly Kind[]): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>()
  for (const kind of kinds.filter(({ is }) => is === null)) {
    for (const key of Object.keys(kind.params)) owners.set(key, [...(owners.get(key) ?? []), kind.id])
  }
  return owners
}

interface Owner {
  readonly kind: { readonly params: Params }
  readonly what: string
  readonly keyOwners: ReadonlyMap<string, readonly string[]>
}

/** What nearly every kind has tells nobody which kind was meant. */
const OWNERS_MOST = 6

/** A key of another kind is said to be one; else the nearest key of this kind. */
function reportForeignKey({ key, keySpan }: Entry, { kind, what, keyOwners }: Owner, { out }: Reading): void {
  const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')
  const hint = (): string => {
    const own = [...Object.keys(kind.params), ...Object.keys(componentParams)]
    const meant = otherKeyWords.get(key)?.find((word) => own.includes(word))
    if (meant !== undefined) return `did you mean \`${meant}\`?`
    const owners = keyOwners.get(key)
    if (owners !== undefined && owners.length <= OWNERS_MOST) return `\`${key}\` is a key of ${quoted(owners)}`
    const [near] = nearestNames(key, own, 1)
    return near === undefined ? `it has ${quoted(Object.keys(kind.params))}` : `did you mean \`${near}\`?`
  }
  out.error('unknown-key', keySpan, `${what} has no \`${key}\``, hint())
}
