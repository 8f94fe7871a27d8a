import type { Span } from '../base/span.ts'
import type { Actor, Component, Design } from '../design/design.ts'
import { explainSettings, type SettingOrigin } from '../design/explain-settings.ts'
import type { HeldFigure, Holding, Kind } from '../kinds/define.ts'
import type { Model } from '../model/model.ts'
import type { Offered } from '../solve/offered.ts'
import type { MapNode, Node } from '../text/document.ts'
import { type Expression, term } from './expression.ts'
import type { Input, Origin, Unit } from './line.ts'
import type { StandardMachine } from './machine.ts'

/** What an estimate is made of. */
export interface Subject {
  readonly design: Design
  readonly model: Model
  readonly offered: Offered
  readonly kinds: readonly Kind[]
  readonly machine: StandardMachine
  /** Years ahead, in rising order. */
  readonly years: readonly number[]
  readonly settings: ReadonlyMap<string, readonly SettingOrigin[]>
  /** Steps as they are written, by the place of their verb. */
  readonly steps: ReadonlyMap<string, MapNode>
  /** By component. */
  readonly holdings: ReadonlyMap<string, readonly Holding[]>
}

export function subjectOf(parts: Omit<Subject, 'settings' | 'holdings' | 'steps'>): Subject {
  const { design, kinds } = parts
  const components = [...design.components.values()]
  return {
    ...parts,
    steps: mapsOf(design.written),
    settings: new Map(components.map((component) => [component.id, explainSettings(component, kinds)])),
    holdings: new Map(components.map((component) => [component.id, holdingsOf(component, kinds)])),
  }
}

const holdingsOf = ({ technology, settings }: Component, kinds: readonly Kind[]): readonly Holding[] =>
  kinds.find(({ id }) => id === technology)?.holdingsOf(settings) ?? []

/** One part of a component; without a name its first. */
export function holdingAt(subject: Subject, component: string, part: string | null): Holding | undefined {
  const all = subject.holdings.get(component) ?? []
  return part === null ? all[0] : all.find((one) => one.part === part)
}

/** A setting of a component as a factor. */
export function setting(subject: Subject, component: string, figure: HeldFigure, unit: Unit): Expression {
  const { name, value, path } = figure
  return term({ name, value, unit, from: originOf(subject, component, path) })
}

function originOf(subject: Subject, id: string, path: string): Origin {
  const component = subject.design.components.get(id)
  const node = component === undefined ? undefined : nodeAt(component.written, path.split('.'))
  const whole = `components.${id}${path === '' ? '' : `.${path}`}`
  // How it grows is another number.
  const said = node?.kind === 'map' && node.get('growth') !== undefined ? (node.get('is') ?? node) : node
  if (said !== undefined && said.span.file !== '') return writtenAt(subject.design, whole, said)
  const known = subject.settings.get(id)?.find((one) => one.path === path)
  const last = path.split('.').at(-1) ?? ''
  const source = known?.source ?? partSource(subject, id, last)?.source ?? ''
  const range = known?.range ?? partSource(subject, id, last)?.range ?? ''
  return { kind: 'default', path: whole, source: source === '' ? 'assumption' : source, range }
}

/** Settings of parts stand under names that the author gives. */
function partSource(
  subject: Subject,
  id: string,
  key: string,
): { readonly source: string; readonly range: string } | undefined {
  const component = subject.design.components.get(id)
  const kind = subject.kinds.find((one) => one.id === component?.technology)
  const parts = kind?.parts === null || kind === undefined ? undefined : kind.params[kind.parts]
  return parts?.field.each?.params?.[key]
}

function nodeAt(node: Node, path: readonly string[]): Node | undefined {
  const [key, ...rest] = path
  if (key === undefined || key === '') return key === '' ? undefined : node
  const next = node.kind === 'map' ? node.get(key) : undefined
  if (next !== undefined) return nodeAt(next, rest)
  // `replicas: 2` is `replicas.count`.
  return node.kind === 'scalar' ? node : undefined
}

/** What stands in the text, and the assumptions that it names. */
export function writtenAt(design: Design, path: string, node: Node): Origin {
  const text = textOf(node)
  const words = text.includes('=') ? (text.match(/[A-Za-z][\w.-]*/g) ?? []) : []
  const assumes = [...new Set(words)].filter((word) => design.assume.has(word))
  return { kind: 'written', path, text, at: node.span, assumes }
}

function textOf(node: Node): string {
  if (node.kind === 'scalar') return node.text
  if (node.kind === 'list') return `[${node.items.map(textOf).join(', ')}]`
  return `{ ${node.entries.map(({ key, value }) => `${key}: ${textOf(value)}`).join(', ')} }`
}

/** A key of an actor as a factor. */
export function actorSetting({ design }: Subject, actor: Actor, key: string, figure: Omit<Input, 'from'>): Expression {
  const path = `load.${actor.id}.${key}`
  const node = nodeAt(actor.written, key.split('.'))
  const from: Origin =
    node === undefined
      ? { kind: 'default', path, source: 'nothing is written', range: '' }
      : writtenAt(design, path, node)
  return term({ ...figure, from })
}

/** A number that a step of a flow says, with its text where the step stands in the design itself. */
export function stepFigure(
  { design, steps }: Subject,
  { flow, at, key }: { readonly flow: string; readonly at: Span; readonly key: readonly string[] },
  figure: Omit<Input, 'from'>,
): Expression {
  const path = `flows.${flow}`
  const map = steps.get(placeOf(at))
  const node = map === undefined ? undefined : nodeAt(map, key)
  const from: Origin =
    node === undefined || node === map
      ? { kind: 'written', path, text: '', at, assumes: [] }
      : writtenAt(design, `${path}, ${key.at(-1) ?? ''}`, node)
  return term({ ...figure, from })
}

const placeOf = ({ file, offset }: Span): string => `${file} ${offset}`

/** Maps of the text by the places of their keys: a step knows the place of its verb. */
function mapsOf(node: Node, maps = new Map<string, MapNode>()): ReadonlyMap<string, MapNode> {
  if (node.kind === 'list') for (const inner of node.items) mapsOf(inner, maps)
  if (node.kind !== 'map') return maps
  for (const { keySpan, value } of node.entries) {
    maps.set(placeOf(keySpan), node)
    mapsOf(value, maps)
  }
  return maps
}
