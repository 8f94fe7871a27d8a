import { noSpan } from '../base/span.ts'
import type { Kind } from '../kinds/define.ts'
import { createMap, type MapNode, type Node } from '../text/document.ts'
import type { Params } from '../text/param.ts'
import type { Component } from './design.ts'

/** One number of a component and where it comes from. */
export interface SettingOrigin {
  /** `size.cpu` */
  readonly path: string
  /** In the language's own notation; `none` when it is not set. */
  readonly value: string
  /** `line 12`, another file or flag, a technology's name, or `default`. */
  readonly from: string
  /** What a default rests on: a fact with its year, or `assumption`; '' when the author chose it. */
  readonly source: string
  /** Plausible values; '' = none is stated. */
  readonly range: string
  readonly help: string
}

/** Every setting of a component, the defaults included: what `loadpath explain <file> components.<id>` prints. */
export function explainSettings(component: Component, kinds: readonly Kind[]): readonly SettingOrigin[] {
  const kind = kinds.find(({ id }) => id === component.technology)
  return kind === undefined ? [] : originsOf(kind.params, component.written, '', { kind, file: component.span.file })
}

interface Owner {
  readonly kind: Kind
  readonly file: string
}

function originsOf(params: Params, written: MapNode, prefix: string, owner: Owner): readonly SettingOrigin[] {
  const { kind, file } = owner
  return Object.entries(params).flatMap(([key, param]) => {
    const node = written.get(key)
    const path = `${prefix}${key}`
    const inner = param.field.params
    const long = param.field.longForm
    if (long !== undefined) {
      const keys = withShort(long.params, long.key, param.default)
      return originsOf(keys, node?.kind === 'map' ? node : treeOf(node, long.key), `${path}.`, owner)
    }
    const isShown = node === undefined ? param.default === '{}' : node.kind === 'map'
    if (inner !== undefined && isShown) {
      const tree = node?.kind === 'map' ? node : createMap([], noSpan)
      return originsOf(inner, tree, `${path}.`, owner)
    }
    const { help, range } = param
    if (node === undefined) {
      return [{ path, value: param.default ?? 'none', from: 'default', source: param.source, range, help }]
    }
    const isPreset = node.span.file === ''
    const source = isPreset ? (kind.presets[path]?.source ?? '') : ''
    const place = node.span.file === file ? `line ${node.span.line}` : node.span.file
    return [{ path, value: notationOf(node), from: isPreset ? kind.id : place, source, range, help }]
  })
}

/** Nothing, or one key of a map that is written as a scalar. */
const treeOf = (node: Node | undefined, key: string): MapNode =>
  createMap(node === undefined ? [] : [{ key, keySpan: node.span, value: node }], noSpan)

/** A default of the whole is that of the key it stands for. */
function withShort(params: Params, key: string, value: string | null): Params {
  const param = params[key]
  return param === undefined || value === null || value === '{}'
    ? params
    : { ...params, [key]: { ...param, default: value } }
}

/** A value on one line, as it could be written. */
function notationOf(node: Node): string {
  if (node.kind === 'scalar') return node.text
  if (node.kind === 'list') return `[${node.items.map(notationOf).join(', ')}]`
  if (node.entries.length === 0) return '{}'
  return `{ ${node.entries.map(({ key, value }) => `${key}: ${notationOf(value)}`).join(', ')} }`
}
