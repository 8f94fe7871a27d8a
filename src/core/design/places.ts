import type { Collector } from '../base/diagnostic.ts'
import { nearestNames } from '../base/nearest.ts'
import type { Span } from '../base/span.ts'
import type { Node } from '../text/document.ts'
import { flag, isMap, isName, listOf, type Reading, type Schema, text } from '../text/field.ts'
import { optional, type ParamValues, readSettings, record, recordSchema, required } from '../text/param.ts'
import { bandwidthField, lawField, moneyField, timeField, wholeField } from '../text/quantity-fields.ts'
import { ARROW_PATTERN, isArrow, readArrow } from './arrow-keys.ts'
import { areaOf } from './compile-places.ts'
import type { PlaceGroup, PlaceLink } from './design.ts'
import type { MissingNames } from './missing-names.ts'

const failureParams = {
  mtbf: required(timeField({ above: 0 }), { help: 'Mean time between failures.' }),
  mttr: required(timeField({ above: 0 }), { help: 'Mean time to restore.' }),
}
const failure = record(failureParams, 'failure figures')
const failuresParams = {
  process: optional(failure, { help: 'Crashes of one instance.' }),
  node: optional(failure, { help: 'Of one machine.' }),
  zone: optional(failure, { help: 'Of everything in one zone at once.' }),
  region: optional(failure, { help: 'Of the whole region at once.' }),
}

const placeParams = {
  region: optional(text, { help: 'A region, by its name at the provider: `eu-west-1`.' }),
  zones: optional(listOf(text), { help: 'Zones of the region, by short names: `[a, b, c]`.' }),
  edge: optional(wholeField(), { help: 'Number of edge locations, near the clients wherever they are.' }),
  clients: optional(flag, { help: 'A network that clients are in: `true`.' }),
  latency: optional(lawField('time'), { help: 'Round trip between clients and this place.' }),
  failures: optional(record(failuresParams, 'the failures section'), {
    help: 'How often what stands here fails, and for how long.',
  }),
  title: optional(text, { help: 'Its name for people.' }),
}

const linkParams = {
  latency: optional(lawField('time'), { help: 'Round trip between the two places.' }),
  bandwidth: optional(bandwidthField({ above: 0 }), { help: 'Of one connection.' }),
  price: optional(moneyField(), { help: 'For each GB that crosses: `0.02 USD`.' }),
}

type Written = ParamValues<typeof placeParams>

export const placesSchema: Schema = {
  type: 'object',
  patternProperties: { [ARROW_PATTERN]: recordSchema(linkParams) },
  additionalProperties: recordSchema(placeParams),
}

export interface Places {
  readonly groups: ReadonlyMap<string, PlaceGroup>
  readonly links: readonly PlaceLink[]
}

/** Section `places`: regions, edges and client networks by name, and rules `a -> b` between them. */
export function readPlaces(node: Node | undefined, reading: Reading, missing: MissingNames): Places {
  const groups = new Map<string, PlaceGroup>()
  const links: PlaceLink[] = []
  const { out } = reading
  if (node === undefined || !isMap(node, out, 'a map of places')) return { groups, links }
  for (const { key, keySpan, value } of node.entries.filter((entry) => !isArrow(entry.key))) {
    if (!isName(key, keySpan, out) || !isMap(value, out, 'a place, like `{ region: eu-west-1, zones: [a, b, c] }`'))
      continue
    const settings = readSettings(value, placeParams, 'a place', reading)
    if (settings !== undefined) groups.set(key, groupOf(key, settings.values, value, reading))
  }
  for (const entry of node.entries.filter(({ key }) => isArrow(key))) {
    const arrow = readArrow(entry, out)
    const values = record(linkParams, 'a rule between places').read(entry.value, reading)
    if (arrow === undefined || values === undefined) continue
    for (const end of [arrow.from, arrow.to]) checkPlace({ name: end.value, at: end.span }, groups, missing, 'a rule')
    checkTwice(links, arrow.from.value, arrow.to.value, entry.keySpan, out)
    const { latency, bandwidth, price: dollarsPerGigabyte } = values
    const [from, to] = [arrow.from.value, arrow.to.value]
    links.push({ from, to, latency, bandwidth, dollarsPerGigabyte, span: entry.keySpan })
  }
  return { groups, links }
}

/** A rule holds both ways: one for the way back is a second one. */
function checkTwice(links: readonly PlaceLink[], from: string, to: string, at: Span, out: Collector): void {
  const same = links.find((link) => (link.from === from && link.to === to) || (link.from === to && link.to === from))
  if (from === to) out.error('place-kind', at, `a rule between \`${from}\` and itself`, 'remove it')
  if (same === undefined) return
  const message = `there is a rule between \`${from}\` and \`${to}\` already; it holds both ways`
  out.add({ code: 'place-kind', severity: 'error', at, message, hint: 'keep one of the two', also: [same.span] })
}

function groupOf(id: string, written: Written, node: Node, reading: Reading): PlaceGroup {
  const { region, zones, edge, clients, latency } = written
  const said = [region !== null || zones !== null, edge !== null, clients === true].filter(Boolean).length
  if (said > 1) {
    const message = `\`${id}\` is a region, an edge and a client network at once`
    reading.out.error(
      'place-kind',
      node.span,
      message,
      'keep one of `region` (with `zones`), `edge` and `clients: true`',
    )
  }
  const twice = (zones ?? []).findIndex((zone, i) => zones?.indexOf(zone) !== i)
  if (twice >= 0) {
    const list = node.kind === 'map' ? node.get('zones') : undefined
    const at = (list?.kind === 'list' ? list.items[twice] : list)?.span ?? node.span
    reading.out.error('place-kind', at, `\`${id}\` has zone \`${zones?.[twice] ?? ''}\` twice`)
  }
  const failures = written.failures ?? neverFails
  const kind = edge !== null ? 'edge' : clients === true ? 'clients' : 'region'
  return {
    id,
    kind,
    region: region ?? id,
    zones: [...new Set(zones)],
    edges: edge ?? 0,
    latency,
    failures,
    span: node.span,
  }
}

const neverFails = { process: null, node: null, zone: null, region: null } as const

interface PlaceUse {
  readonly name: string
  readonly at: Node['span']
}

/** A declared place, one of its zones, its region, or a part of the world with usual round trips. */
export function checkPlace(
  { name, at }: PlaceUse,
  groups: ReadonlyMap<string, PlaceGroup>,
  missing: MissingNames,
  who: string,
): boolean {
  if (isDeclaredPlace(name, groups) || areaOf(name) !== null) return true
  const candidates = [...groups.values()].flatMap(({ id, zones }) => [id, ...zones.map((zone) => `${id}.${zone}`)])
  const message = `${who} names the place \`${name}\`, which does not exist`
  missing.report({ code: 'unknown-place', name, at, message, candidates, noun: 'places' })
  return false
}

/** `eu`, `eu.a`, or the region `eu-west-1` of one. */
export function isDeclaredPlace(name: string, groups: ReadonlyMap<string, PlaceGroup>): boolean {
  if (groups.has(name)) return true
  const dot = name.lastIndexOf('.')
  const group = dot < 0 ? undefined : groups.get(name.slice(0, dot))
  if (group !== undefined) return group.zones.includes(name.slice(dot + 1))
  return [...groups.values()].some(({ region }) => region === name)
}

/** Where something stands: it has to be declared. */
export function checkDeclared(
  { name, at }: PlaceUse,
  groups: ReadonlyMap<string, PlaceGroup>,
  missing: MissingNames,
  who: string,
): boolean {
  if (isDeclaredPlace(name, groups)) return true
  const candidates = [...groups.values()].flatMap(({ id, zones }) => [id, ...zones.map((zone) => `${id}.${zone}`)])
  const message = `${who} stands at \`${name}\`, which does not exist`
  missing.report({ code: 'unknown-place', name, at, message, candidates, noun: 'places', ...hintFor(name, candidates) })
  return false
}

const hintFor = (name: string, candidates: readonly string[]): { readonly hint?: string } =>
  nearestNames(name, candidates, 1).length > 0 || candidates.length > 0
    ? {}
    : { hint: `declare it: \`places: { ${name.split('.')[0] ?? name}: { region: eu-west-1, zones: [a, b, c] } }\`` }
