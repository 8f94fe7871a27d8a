import { type Collector, createCollector, type Diagnostic, sortDiagnostics } from '../base/diagnostic.ts'
import type { Kind } from '../kinds/define.ts'
import { nearestNames } from '../base/nearest.ts'
import { type Document, type MapNode, shorten } from '../text/document.ts'
import { type ParamValues, readSettings } from '../text/param.ts'
import { smallDesign } from '../text/parse.ts'
import { acceptedOf } from './accepted.ts'
import { buildComponents, type BuiltComponents } from './build-components.ts'
import { decisionsField, decisionsOf } from './decisions.ts'
import type { Actor, Design, Policies, Scenario } from './design.ts'
import { type ReadFlow, readFlows } from './flows.ts'
import type { ImportTree } from './imports.ts'
import { createUsage, type Known } from './known.ts'
import { actorNames, readLoad } from './load.ts'
import { createMissingNames, sectionOfCode } from './missing-names.ts'
import { noteIdle } from './without-effect.ts'
import { keepersOf } from './objectives.ts'
import { addOperations } from './operations.ts'
import { allParts, type Parts, readParts, sectionOf } from './parts.ts'
import { type ReadRequirements, readRequirements } from './requirements.ts'
import { readScenarios, scenarioActors } from './scenarios.ts'
import { sectionParams } from './sections.ts'
import { readSecurity } from './security.ts'
import { checkRanges, noteUnchecked } from './unchecked.ts'
import { warnOfUnused, type Written } from './unused.ts'
import { checkSets, readVariants } from './variants.ts'
import { checkEnvironments, checkViews } from './views.ts'

export interface Validated {
  /** null as soon as there is one error. */
  readonly design: Design | null
  readonly diagnostics: readonly Diagnostic[]
}

export interface ValidateOptions {
  readonly imports?: ImportTree
  /** Text of a file with measured values, by its path from the design's folder; undefined = cannot be read. */
  readonly textOf?: (name: string) => string | undefined
  /**
   * The tree before overlays: what paths of variants, scenarios and searches are held against. Absent: nothing was laid
   * over.
   */
  readonly original?: MapNode
}

/**
 * From the text tree, overlays applied, to a design: every value read by its field, every reference resolved. All
 * mistakes are collected; none is thrown.
 */
export function validate(
  document: Document,
  kinds: readonly Kind[],
  { imports = new Map(), textOf = () => undefined, original = document.root }: ValidateOptions = {},
): Validated {
  if (isForeign(document.root)) return { design: null, diagnostics: [notADesign(document.root)] }
  const out = createCollector()
  const missing = createMissingNames()
  const scope = { get: () => undefined, names: () => [] }
  const header = readSettings(document.root, sectionParams, 'a design', { out, scope })?.values
  const context = { kinds, out, missing, textOf, usage: createUsage(), places: new Map() }
  const parts = readParts(document, imports, '', context)
  const whole = readWhole(parts, original, header?.accepted ?? [])
  checkWhole(parts, original)
  for (const diagnostic of missing.list()) if (!isConsequence(diagnostic, document.root, out)) out.add(diagnostic)
  const isRight = header !== undefined && !out.hasErrors()
  // What seems unused beside a mistake may well be what was meant there.
  if (isRight) warnOfUnused(usesOf(parts, whole), parts.known.usage, out)
  if (isRight) noteUnchecked(document.root, whole.required.unchecked, out)
  if (isRight) checkRanges(document.root, out)
  return {
    design: isRight ? designOf(document, header, parts, whole) : null,
    diagnostics: sortDiagnostics(mergeNames(withoutEchoes(out.list))),
  }
}

/** No key of it is a section, or like one. */
const isForeign = ({ entries }: MapNode): boolean =>
  entries.every(({ key }) => nearestNames(key, Object.keys(sectionParams), 1).length === 0)

/** One mistake, however many keys there are. */
function notADesign({ entries, span }: MapNode): Diagnostic {
  const shown = entries.slice(0, 4).map(({ key }) => `\`${shorten(key, 24)}\``)
  const list = entries.length === 0 ? 'is empty' : `has ${shown.join(', ')}${entries.length > 4 ? ', ...' : ''}`
  const message = `this is not a design: a map with none of its sections; it ${list}`
  return { code: 'not-a-design', severity: 'error', at: entries[0]?.keySpan ?? span, message, hint: smallDesign }
}

/** A component whose operations call themselves without end waits for itself as well: one mistake. */
function withoutEchoes(list: readonly Diagnostic[]): readonly Diagnostic[] {
  const rings = list.filter(({ code, severity }) => code === 'call-cycle' && severity === 'error')
  return list.filter(({ code, severity, message }) => {
    const [name = ''] = code === 'call-cycle' && severity === 'warning' ? (/^`[^`]+/.exec(message) ?? []) : []
    return name === '' || !rings.some((ring) => ring.message.includes(`${name}.`))
  })
}

/** Characters of a message: what is quoted in it may be a whole book. */
const MESSAGE_MOST = 500

const withShortMessage = (diagnostic: Diagnostic): Diagnostic =>
  diagnostic.message.length <= MESSAGE_MOST
    ? diagnostic
    : { ...diagnostic, message: `${diagnostic.message.slice(0, MESSAGE_MOST - 1)}…` }

/** A name that expressions use without its being there is one mistake, however often it is used. */
function mergeNames(list: readonly Diagnostic[]): readonly Diagnostic[] {
  const first = new Map<string, Diagnostic[]>()
  const rest: Diagnostic[] = []
  for (const diagnostic of list.map(withShortMessage)) {
    const same = first.get(diagnostic.message)
    if (diagnostic.code !== 'unknown-name') rest.push(diagnostic)
    else if (same === undefined) first.set(diagnostic.message, [diagnostic])
    else same.push(diagnostic)
  }
  const merged = [...first.values()].flatMap((all) => {
    const [one, ...others] = sortDiagnostics(all)
    if (one === undefined) return []
    return [others.length === 0 ? one : { ...one, also: others.map(({ at }) => at) }]
  })
  return [...rest, ...merged]
}

/** A name of a section that is not there, misspelled or of a wrong shape: one mistake, said once. */
function isConsequence({ code }: Diagnostic, root: MapNode, out: Collector): boolean {
  const section = sectionOfCode.get(code)
  return section !== undefined && out.hasErrors() && sectionOf(root, section) === undefined
}

/** What is read once all names are known. */
interface Whole extends Pick<Design, 'security' | 'accepted' | 'decisions' | 'variants'> {
  readonly built: BuiltComponents
  readonly flows: ReadonlyMap<string, ReadFlow>
  readonly load: ReadonlyMap<string, Actor>
  readonly required: ReadRequirements
  readonly scenarios: ReadonlyMap<string, Scenario>
}

function readWhole(parts: Parts, original: MapNode, accepted: NonNullable<Header['accepted']>): Whole {
  const { root, known, components, places, table } = parts
  const { reading, missing } = known
  const section = (name: string): MapNode | undefined => sectionOf(root, name)
  const actors = new Set([...actorNames(section('load')), ...scenarioActors(section('scenarios'))])
  const context = { reading, missing, places: places.groups, flows: known.flows, components, actors, root: original }
  const subjects = { ...context, stores: keepersOf(components), kindNames: table.names() }
  const decisions = section('decisions')
  const about = { ...context, others: [...known.flows.keys()], root }
  const security = readSecurity(section('security'), about)
  const names = { ...about, classes: security.classes.keys() }
  return {
    built: buildComponents(parts),
    flows: readAllFlows(parts, actors),
    load: readLoad(section('load'), context),
    required: readRequirements(section('requirements'), subjects),
    security,
    accepted: [...acceptedOf(accepted, names), ...security.accepted],
    scenarios: readScenarios(section('scenarios'), subjects),
    decisions: decisionsOf((decisions && decisionsField.read(decisions, reading)) ?? new Map()),
    variants: readVariants(section('variants'), original, reading),
  }
}

/** Flows of the design, and those of imported files that start by themselves. */
function readAllFlows(parts: Parts, actors: ReadonlySet<string>): ReadonlyMap<string, ReadFlow> {
  const own = readFlows(sectionOf(parts.root, 'flows'), { known: parts.known, actors, prefix: '' })
  const imported = allParts(parts)
    .slice(1)
    .flatMap(({ root, known, prefix }) => [
      ...readFlows(sectionOf(root, 'flows'), { known, actors: null, prefix }).values(),
    ])
  return new Map([...own, ...imported.map((flow) => [flow.id, flow] as const)])
}

/** What concerns several sections together. */
function checkWhole(parts: Parts, original: MapNode): void {
  const { root, known, components } = parts
  const written = sectionOf(root, 'components')
  if (written?.entries.length === 0 && root.entry('import') === undefined) {
    const hint = 'write one, like `api: { kind: service }`'
    known.reading.out.error('wrong-shape', written.span, 'there are no components', hint)
  }
  checkSets(sectionOf(root, 'scenarios'), original, known.reading)
  checkEnvironments(sectionOf(root, 'environments'), known.reading)
  checkViews(sectionOf(root, 'views'), known)
  for (const each of allParts(parts)) checkPolicyEdges(each)
  noteIdle(
    [...components.values()].flatMap(({ idle }) => idle),
    known.reading.out,
  )
}

/** What the design itself has written, to be held against what is used. */
function usesOf(parts: Parts, { built, flows, load, scenarios, required }: Whole): Written {
  const { root, known, policies, assumed, own, table } = parts
  addOperations(known.usage, built.usages)
  return {
    components: own,
    fragments: new Map([...known.fragments].filter(([, { home }]) => home === null)),
    policies,
    flows: new Map([...flows].filter(([id]) => known.flows.has(id))),
    assumptions: assumed.assumptions(),
    kinds: table,
    actors: load,
    scenarioActors: [...scenarios.values()].flatMap((scenario) => [...scenario.actors.values()]),
    actorSpans: new Map(sectionOf(root, 'load')?.entries.map(({ key, keySpan }) => [key, keySpan])),
    functions: required.functions,
  }
}

function checkPolicyEdges({ policies, components, known: { missing } }: Parts): void {
  for (const { value, span } of policies.edgeArrows.flatMap(({ from, to }) => [from, to])) {
    if (components.has(value)) continue
    const message = `a policy names \`${value}\`, which does not exist`
    const mistake = { code: 'unknown-component', name: value, at: span, message, noun: 'components' }
    missing.report({ ...mistake, candidates: components.keys() })
  }
}

type Header = ParamValues<typeof sectionParams>

function designOf(document: Document, { name, title, about, network }: Header, parts: Parts, whole: Whole): Design {
  const shortName = name ?? nameOfFile(document.file)
  const { places, assumed, known } = parts
  return {
    name: shortName,
    title: title ?? shortName,
    about: about ?? '',
    isNetworkIdeal: network === 'ideal',
    requirements: whole.required.requirements,
    assume: assumed.assumptions(),
    actors: whole.load,
    places: new Map([...allParts(parts).flatMap((each) => [...each.places.groups]), ...places.groups]),
    placeLinks: allParts(parts).flatMap((each) => each.places.links),
    components: whole.built.components,
    flows: new Map([...whole.flows].map(([id, { from: _from, keySpan: _keySpan, ...flow }]) => [id, flow])),
    policies: policiesOf(parts, known),
    security: whole.security,
    accepted: whole.accepted,
    decisions: whole.decisions,
    variants: whole.variants,
    scenarios: whole.scenarios,
    written: document.root,
    span: document.root.span,
  }
}

/** Pairs are told apart by full ids: those of an imported file are its own. */
function policiesOf(parts: Parts, { policies: named }: Known): Policies {
  const edges = allParts(parts)
    .toReversed()
    .flatMap(({ policies, components }) =>
      policies.edgeArrows.flatMap(({ from, to }) => {
        const part = policies.edges.get(`${from.value} -> ${to.value}`)
        const ends = [components.get(from.value)?.id, components.get(to.value)?.id]
        return part === undefined ? [] : [[ends.join(' -> '), part] as const]
      }),
    )
  return { byDefault: parts.policies.byDefault, named, edges: new Map(edges) }
}

/** `shop` of `designs/shop.loadpath.yaml`. */
const nameOfFile = (file: string): string =>
  (file.split(/[/\\]/).at(-1) ?? '').replace(/(?:\.loadpath)?\.(?:ya?ml|json|[mc]?ts)$/, '') || 'design'
