import { createCollector, type Diagnostic, sortDiagnostics } from './base/diagnostic.ts'
import { nearestNames } from './base/nearest.ts'
import { noSpan } from './base/span.ts'
import { withAccepted } from './design/accepted.ts'
import { compile } from './design/compile.ts'
import type { Design } from './design/design.ts'
import type { Ratio } from './base/units.ts'
import { drawn, drawnImports, unknownsIn, unknownsOf } from './design/unknowns.ts'
import { createMap, type Document, type MapNode } from './text/document.ts'
import type { Limits } from './text/limits.ts'
import { type ImportTree, loadImports, localPath } from './design/imports.ts'
import { besideSlips } from './design/beside-slips.ts'
import { applyChanges, applyOverlays, changesOfScenario } from './design/overlay.ts'
import type { Change } from './design/overlay-path.ts'
import { withSteps } from './design/section-steps.ts'
import { sweepPoints } from './design/sweep-points.ts'
import { parse } from './text/parse.ts'
import { inSituation, tryChanges } from './design/trials.ts'
import { validate } from './design/validate.ts'
import { kinds } from './kinds/index.ts'
import { checkRules } from './rules/define.ts'
import { rules } from './rules/index.ts'
import type { Model } from './model/model.ts'
import type { Unknown, Worlds } from './model/world.ts'

export interface PrepareOptions {
  /** Shown in places. */
  readonly file: string
  readonly variant: string | null
  /** The baseline alone, with every scenario, or exactly these (`baseline` is a name too). */
  readonly scenarios: 'baseline' | 'all' | readonly string[]
  readonly sets: readonly { readonly path: string; readonly value: string }[]
  readonly limits: Partial<Limits>
  /** Section of `environments` that is merged over the design first; absent: none. */
  readonly environment?: string | null
  /**
   * Text of a file that the design imports or takes measured values from, by its path from the design's folder; null =
   * there is none. Absent: no other file is read.
   */
  readonly readFile?: (path: string) => string | null
  /** The day, `2026-12-31`, that decides whether an accepted finding still is; absent: it is. */
  readonly today?: string
}

export interface Prepared {
  /** One for each situation to play, baseline first; empty as soon as there is an error. */
  readonly models: readonly Model[]
  /** What each of the models may be, as far as its numbers are not known; null = all are. */
  readonly worlds: readonly (PreparedWorlds | null)[]
  readonly design: Design | null
  readonly diagnostics: readonly Diagnostic[]
  /** Scenarios that cannot be played yet, and why. */
  readonly skipped: readonly { readonly scenario: string; readonly why: string }[]
  /** Names of the assumptions that the design uses. */
  readonly assumptions: readonly string[]
}

export interface PreparedWorlds extends Worlds {
  /** The same with the design that the model is of; null when it is refused with these quantiles. */
  readonly designAt: (quantiles: readonly Ratio[]) => { readonly design: Design; readonly model: Model } | null
}

const BASELINE = 'baseline'

/**
 * From text to models: parse, lay variant and `--set` over it, validate, compile, check by rules; once more for each
 * scenario that changes the design. Mistakes are collected, never thrown.
 */
export function prepare(text: string, options: PrepareOptions): Prepared {
  const { document, diagnostics, partial } = parse(text, { file: options.file, limits: options.limits })
  if (document === null) {
    const beside = partial === null ? [] : readDesign(partial.document, options, null).diagnostics
    const said = [...diagnostics, ...besideSlips(beside, partial ?? { lost: [], areSections: false })]
    return refused(said, partial?.document.root ?? createMap([], noSpan))
  }
  const base = readDesign(document, options, null)
  if (base.design === null) return refused([...diagnostics, ...base.diagnostics], document.root)
  const names = chosenScenarios(base.design, options)
  const said = [...diagnostics, ...base.diagnostics, ...names.diagnostics]
  if (names.diagnostics.length > 0) return refused(said, document.root)
  const imported = unknownsIn(base.imports)
  return compileAll(document, base.design, names.chosen, { options, said, imported })
}

const refused = (diagnostics: readonly Diagnostic[], root: MapNode): Prepared => ({
  models: [],
  worlds: [],
  design: null,
  diagnostics: sortDiagnostics(withSteps(diagnostics, root)),
  skipped: [],
  assumptions: [],
})

interface Read {
  readonly design: Design | null
  readonly diagnostics: readonly Diagnostic[]
  readonly imports: ImportTree
}

/** @param at  quantile of each unknown number; null = they are as written */
function readDesign(
  document: Document,
  options: PrepareOptions,
  scenario: string | null,
  at: ((name: string) => Ratio) | null = null,
): Read {
  const { variant, sets, environment = null, readFile, limits } = options
  const laid = applyOverlays(document, { variant, scenario, sets, environment })
  if (laid.document === null) return { design: null, diagnostics: laid.diagnostics, imports: new Map() }
  const { imports: written, diagnostics: imported } = loadImports(laid.document, { readFile, limits })
  const imports = at === null ? written : drawnImports(written, at)
  const textOf = (name: string): string | undefined => {
    const { path } = localPath(name, '')
    return path === null ? undefined : (readFile?.(path) ?? undefined)
  }
  const { design, diagnostics } = validate(laid.document, kinds, { imports, textOf, original: document.root })
  // A check looks at what the design could be as well, unless it was asked about one of these.
  const isWhole = options.scenarios === 'all' && variant === null && environment === null && scenario === null
  const tried = isWhole ? tryChanges(laid.document, kinds, { imports, textOf, isRight: design !== null }) : []
  const said = [...laid.diagnostics, ...imported, ...diagnostics, ...tried]
  return { design: said.some(({ severity }) => severity === 'error') ? null : design, diagnostics: said, imports }
}

interface Chosen {
  readonly chosen: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

function chosenScenarios(design: Design, { scenarios }: PrepareOptions): Chosen {
  if (scenarios === 'baseline') return { chosen: [BASELINE], diagnostics: [] }
  if (scenarios === 'all') return { chosen: [BASELINE, ...design.scenarios.keys()], diagnostics: [] }
  const out = createCollector()
  const known = [BASELINE, ...design.scenarios.keys()]
  for (const name of scenarios) {
    if (known.includes(name)) continue
    const near = nearestNames(name, known)[0]
    const hint = near === undefined ? `scenarios: ${known.join(', ')}` : `did you mean \`${near}\`?`
    out.error('unknown-scenario', { ...noSpan, file: `--scenario ${name}` }, `there is no scenario \`${name}\``, hint)
  }
  return { chosen: [...new Set(scenarios)], diagnostics: out.list }
}

interface Progress {
  readonly options: PrepareOptions
  readonly said: readonly Diagnostic[]
  /** Unknown numbers of imported files. */
  readonly imported: readonly Unknown[]
}

function compileAll(
  document: Document,
  base: Design,
  names: readonly string[],
  { options, said, imported }: Progress,
): Prepared {
  const models: Model[] = []
  const skipped: { scenario: string; why: string }[] = []
  const diagnostics = [...said]
  const isAsked = typeof options.scenarios !== 'string'
  for (const name of names) {
    const situations = situationsOf(document, base, name)
    diagnostics.push(...situations.diagnostics)
    for (const situation of situations.all) {
      const made = compileSituation(document, base, situation, options)
      if (made.model !== null) models.push(made.model)
      const isOptional = name !== BASELINE && !isAsked
      if (made.model === null && isOptional)
        skipped.push({ scenario: situation.label, why: made.diagnostics[0]?.message ?? 'not playable' })
      // A scenario that cannot be played yet does not stop the others; one with a mistake does.
      const isYet = ({ code }: Diagnostic): boolean => isOptional && code === 'not-checked-yet'
      diagnostics.push(...made.diagnostics.map((d) => (isYet(d) && d.severity === 'error' ? asWarning(d) : d)))
    }
  }
  const [first] = models
  const found = first === undefined ? [] : checkRules(rules, { design: base, model: first })
  const all = withSteps([...diagnostics, ...found], document.root)
  const sorted = sortDiagnostics(accepting(all, base, document, options))
  if (sorted.some((diagnostic) => diagnostic.severity === 'error')) return refused(sorted, document.root)
  const assumptions = [...base.assume].filter(([, value]) => value.isUsed).map(([name]) => name)
  const worlds = models.map(({ scenario: name }) => {
    const isWhole = name === BASELINE || base.scenarios.has(name)
    return isWhole ? worldsOf(document, base, name, { options, imported }) : null
  })
  return { models, worlds, design: base, diagnostics: sorted, skipped, assumptions }
}

/** Without what somebody accepted; beside mistakes nothing is said of that. */
function accepting(
  list: readonly Diagnostic[],
  { accepted }: Design,
  { root }: Document,
  { variant, sets, environment = null, today }: PrepareOptions,
): readonly Diagnostic[] {
  if (list.some(({ severity }) => severity === 'error')) return list
  const isWhole = variant === null && environment === null && sets.length === 0
  const around = { root, today: today ?? null, isWhole, codes: new Map(rules.map(({ code, step }) => [code, step])) }
  return withSteps(withAccepted(list, accepted, around), root)
}

/** The models that the same text gives with other numbers in its ranges. */
function worldsOf(
  document: Document,
  base: Design,
  name: string,
  { options, imported }: Omit<Progress, 'said'>,
): PreparedWorlds | null {
  const { variant, environment = null } = options
  const chosen = [`variants.${variant ?? ''}`, `scenarios.${name}`, `environments.${environment ?? ''}`]
  const unknowns = [...unknownsOf(document.root, chosen), ...imported]
  if (unknowns.length === 0) return null
  const scenario = base.scenarios.get(name)
  const laid = scenario !== undefined && scenario.sets.length > 0 ? name : null
  // One design alone: what else it could be is not looked at again for every draw.
  const alone = { ...options, scenarios: [name] }
  const designAt: PreparedWorlds['designAt'] = (quantiles) => {
    const at = (unknown: string): Ratio => quantiles[unknowns.findIndex((one) => one.name === unknown)] ?? HALF
    const { design } = readDesign({ ...document, root: drawn(document.root, at) }, alone, laid, at)
    if (design === null) return null
    const { model } = compile(design, kinds, { scenario: scenario === undefined ? null : name, variant })
    return model && { design, model }
  }
  return { unknowns, designAt, modelAt: (quantiles) => designAt(quantiles)?.model ?? null }
}

const HALF: Ratio = 0.5

const asWarning = (diagnostic: Diagnostic): Diagnostic => ({ ...diagnostic, severity: 'warning' })

/** What is played: the baseline, a scenario, or one point of a sweep. */
interface Situation {
  /** The scenario; `baseline` for none. */
  readonly name: string
  readonly label: string
  /** Of a point of a sweep, laid over the scenario's own. */
  readonly changes: readonly Change[]
  readonly point: string | null
}

interface Situations {
  readonly all: readonly Situation[]
  readonly diagnostics: readonly Diagnostic[]
}

function situationsOf(document: Document, base: Design, name: string): Situations {
  const scenario = base.scenarios.get(name)
  if (scenario?.isSweep !== true) return { all: [{ name, label: name, changes: [], point: null }], diagnostics: [] }
  const { points, left } = sweepPoints(document, name)
  const all = points.map(({ label, changes }) => ({ name, label: `${name}: ${label}`, changes, point: label }))
  if (left === 0) return { all, diagnostics: [] }
  const out = createCollector()
  const message = `the sweep \`${name}\` has ${all.length + left} combinations; ${all.length} of them are played, evenly spread`
  out.note('sweep-thinned', scenario.span, message, 'write fewer values')
  return { all, diagnostics: out.list }
}

interface Made {
  readonly model: Model | null
  readonly diagnostics: readonly Diagnostic[]
}

function compileSituation(document: Document, base: Design, situation: Situation, options: PrepareOptions): Made {
  const { name, label, changes, point } = situation
  const { variant } = options
  const scenario = base.scenarios.get(name)
  if (scenario === undefined) return compile(base, kinds, { scenario: null, variant })
  if (scenario.isSearch) {
    const out = createCollector()
    const message = `\`search\` of scenario \`${name}\` is understood, but this version does not search`
    out.warning('not-checked-yet', scenario.span, message, 'write the values as a `sweep` to have them played')
    return { model: null, diagnostics: out.list }
  }
  const isChanged = scenario.sets.length > 0 || changes.length > 0
  const laid = changedBy(document, changes)
  const read = isChanged ? readDesign(laid, options, name) : { design: base, diagnostics: [] as readonly Diagnostic[] }
  if (read.design === null) {
    const own = [...changesOfScenario(document, name), ...changes]
    return { model: null, diagnostics: inSituation(read.diagnostics, own, `scenario \`${label}\``) }
  }
  const made = compile(read.design, kinds, { scenario: name, variant })
  const diagnostics = [...read.diagnostics, ...made.diagnostics]
  if (point === null || made.model === null) return { model: made.model, diagnostics }
  // What is only odd about a point of a sweep is odd on purpose.
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return { model: { ...made.model, scenario: label, sweep: { scenario: name, point } }, diagnostics: errors }
}

/** Paths that match nothing were said when the sweep was read. */
function changedBy(document: Document, changes: readonly Change[]): Document {
  const root = applyChanges(document.root, changes, createCollector())
  return root === null ? document : { ...document, root }
}
