import { type Collector, createCollector, type Diagnostic } from '../base/diagnostic.ts'
import { nearestNames } from '../base/nearest.ts'
import { noSpan, type Span } from '../base/span.ts'
import type { Document, MapNode, Node } from '../text/document.ts'
import { parse } from '../text/parse.ts'
import { mergeNodes } from './merge-nodes.ts'
import { applyChange, type Change } from './overlay-path.ts'

export interface Overlays {
  readonly variant: string | null
  readonly scenario: string | null
  /** Deep-merged before everything else. */
  readonly environment?: string | null
  /** `--set path=value`: last, so that it wins. */
  readonly sets: readonly { readonly path: string; readonly value: string }[]
}

/**
 * Lays environment, variant, the scenario's `set` and `--set` over the text tree, in this order. What is set keeps the
 * place of the text it comes from. The document is null as soon as one path matches nothing.
 */
export function applyOverlays(
  document: Document,
  { variant, scenario, environment = null, sets }: Overlays,
): { readonly document: Document | null; readonly diagnostics: readonly Diagnostic[] } {
  const out = createCollector()
  const base = environment === null ? document.root : withEnvironment(document, environment, out)
  const changes = [
    ...(variant === null ? [] : variantChanges(document, variant, out)),
    ...(scenario === null ? [] : changesOfScenario(document, scenario)),
    ...sets.flatMap((set) => setChange(set, out) ?? []),
  ]
  const root = applyChanges(base, changes, out)
  if (root === null || out.hasErrors()) return { document: null, diagnostics: out.list }
  return { document: { ...document, root }, diagnostics: out.list }
}

/** All of them; every path that matches nothing is said. */
export function applyChanges(root: MapNode, changes: readonly Change[], out: Collector): MapNode | null {
  let tree = root
  let isWhole = true
  for (const change of changes) {
    const changed = applyChange(tree, change, out)
    isWhole &&= changed !== null
    tree = changed ?? tree
  }
  return isWhole ? tree : null
}

function withEnvironment({ root }: Document, name: string, out: Collector): MapNode {
  const written = named(root, 'environments', name)
  const merged = written === undefined ? unknown(root, { what: 'environment', name }, out) : mergeNodes(root, written)
  return merged.kind === 'map' ? merged : root
}

function named(root: MapNode, section: string, name: string): Node | undefined {
  const map = root.get(section)
  return map?.kind === 'map' ? map.get(name) : undefined
}

interface Unknown {
  readonly what: 'variant' | 'environment'
  readonly name: string
}

function unknown(root: MapNode, { what, name }: Unknown, out: Collector): MapNode {
  const section = root.get(`${what}s`)
  const names = section?.kind === 'map' ? section.entries.map(({ key }) => key) : []
  const near = nearestNames(name, names, 1)[0]
  const list = names.length === 0 ? `the design has no ${what}s` : `${what}s: ${names.join(', ')}`
  const hint = near === undefined ? list : `did you mean \`${near}\`?`
  out.error(`unknown-${what}`, { ...noSpan, file: `--${what} ${name}` }, `there is no ${what} \`${name}\``, hint)
  return root
}

function variantChanges({ root }: Document, name: string, out: Collector): readonly Change[] {
  const variant = named(root, 'variants', name)
  if (variant === undefined) unknown(root, { what: 'variant', name }, out)
  return variant?.kind === 'map' ? changesOf(variant) : []
}

/** `set` of a scenario. */
export function changesOfScenario({ root }: Document, name: string): readonly Change[] {
  const scenario = named(root, 'scenarios', name)
  const set = scenario?.kind === 'map' ? scenario.get('set') : undefined
  return set?.kind === 'map' ? settingsOf(set, 'set') : []
}

/** The changes of a variant: what is removed first, then what is added, then what is set. */
export function changesOf(variant: MapNode): readonly Change[] {
  const [set, add, remove] = ['set', 'add', 'remove'].map((key) => variant.get(key))
  return [
    ...(remove === undefined ? [] : removalsOf(remove)),
    ...(add?.kind === 'map' ? settingsOf(add, 'add') : []),
    ...(set?.kind === 'map' ? settingsOf(set, 'set') : []),
  ]
}

export const settingsOf = (map: MapNode, act: 'set' | 'add'): readonly Change[] =>
  map.entries.map(({ key, keySpan, value }) => ({ act, path: key, at: keySpan, value }))

function removalsOf(node: Node): readonly Change[] {
  const nodes = node.kind === 'list' ? node.items : [node]
  return nodes.flatMap((item) =>
    item.kind === 'scalar' ? [{ act: 'remove', path: item.text, at: item.span, value: null }] : [],
  )
}

/** `--set path=value`: the value as YAML reads it. */
function setChange({ path, value }: { readonly path: string; readonly value: string }, out: Collector): Change | null {
  const file = `--set ${path}=${value}`
  const at: Span = { ...noSpan, file }
  if (!/^[^\s.]+(?:\.[^.]+)*$/.test(path)) {
    out.error('overlay-path', at, `\`${path}\` is not a path`, 'write `--set components.api.instances=4`')
    return null
  }
  if (/[\r\n]/.test(value) || value.trim() === '') {
    out.error(
      'overlay-path',
      at,
      `\`--set ${path}=\` needs a value on one line`,
      'write `--set components.api.instances=4`',
    )
    return null
  }
  const { document, diagnostics } = parse(`value: ${value}`, { file })
  for (const diagnostic of diagnostics) out.add({ ...diagnostic, at })
  const node = document?.root.get('value')
  return node === undefined || document?.root.entries.length !== 1 ? null : { act: 'set', path, at, value: node }
}
