import { createCollector, type Diagnostic, sortDiagnostics } from './base/diagnostic.ts'
import { nearestNames } from './base/nearest.ts'
import { noSpan } from './base/span.ts'
import { compile } from './design/compile.ts'
import type { Design } from './design/design.ts'
import type { Ratio } from './base/units.ts'
import { drawn, drawnImports, unknownsIn, unknownsOf } from './design/unknowns.ts'
import type { Document } from './text/document.ts'
import type { Limits } from './text/limits.ts'
import { type ImportTree, loadImports, localPath } from './design/imports.ts'
import { besideSlips } from './design/beside-slips.ts'
import { applyOverlays, changesOfScenario } from './design/overlay.ts'
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
}

export interface Prepared {
  /** One for each situation to play, baseline first; empty as soon as there is an error. */
  readonly models: readonly Model[]
  /** What each of the models may be, as far as its numbers are not known; null = all are. */
  readonly worlds: readonly (Worlds | null)[]
  readonly design: Design | null
  readonly diagnostics: readonly Diagnostic[]
  /** Scenarios that cannot be played yet, and why. */
  readonly skipped: readonly { readonly scenario: string; readonly why: string }[]
  /** Names of the assumptions that the design uses. */
  readonly assumptions: readonly string[]
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
    return refused([...diagnostics, ...besideSlips(beside, partial?.lost ?? [])])
  }
  const base = readDesign(document, options, null)
  if (base.design === null) return refused([...diagnostics, ...base.diagnostics])
  const names = chosenScenarios(base.design, options)
  const said = [...diagnostics, ...base.diagnostics, ...names.diagnostics]
  if (names.diagnostics.length > 0) return refused(said)
  const imported = unknownsIn(base.imports)
  return compileAll(document, base.design, names.chosen, { options, said, imported })
}

const refused = (diagnostics: readonly Diagnostic[]): Prepared => ({
  models: [],
  worlds: [],
  design: null,
  diagnostics: sortDiagnostics(diagnostics),
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
    const made = compileScenario(document, base, name, options)
    if (made.model !== null) models.push(made.model)
    const isOptional = name !== BASELINE && !isAsked
    if (made.model === null && isOptional)
      skipped.push({ scenario: name, why: made.diagnostics[0]?.message ?? 'not playable' })
    // A scenario that cannot be played yet does not stop the others; one with a mistake does.
    const isYet = ({ code }: Diagnostic): boolean => isOptional && code === 'not-simulated'
    diagnostics.push(...made.diagnostics.map((d) => (isYet(d) && d.severity === 'error' ? asWarning(d) : d)))
  }
  const [first] = models
  const found = first === undefined ? [] : checkRules(rules, { design: base, model: first })
  const sorted = sortDiagnostics([...diagnostics, ...found])
  if (sorted.some((diagnostic) => diagnostic.severity === 'error')) return refused(sorted)
  const assumptions = [...base.assume].filter(([, value]) => value.isUsed).map(([name]) => name)
  const worlds = models.map(({ scenario }) => worldsOf(document, base, scenario, { options, imported }))
  return { models, worlds, design: base, diagnostics: sorted, skipped, assumptions }
}

/** The models that the same text gives with other numbers in its ranges. */
function worldsOf(
  document: Document,
  base: Design,
  name: string,
  { options, imported }: Omit<Progress, 'said'>,
): Worlds | null {
  const { variant, environment = null } = options
  const chosen = [`variants.${variant ?? ''}`, `scenarios.${name}`, `environments.${environment ?? ''}`]
  const unknowns = [...unknownsOf(document.root, chosen), ...imported]
  if (unknowns.length === 0) return null
  const scenario = base.scenarios.get(name)
  const laid = scenario !== undefined && scenario.sets.length > 0 ? name : null
  // One design alone: what else it could be is not looked at again for every draw.
  const alone = { ...options, scenarios: [name] }
  return {
    unknowns,
    modelAt: (quantiles) => {
      const at = (unknown: string): Ratio => quantiles[unknowns.findIndex((one) => one.name === unknown)] ?? HALF
      const { design } = readDesign({ ...document, root: drawn(document.root, at) }, alone, laid, at)
      return design && compile(design, kinds, { scenario: scenario === undefined ? null : name, variant }).model
    },
  }
}

const HALF: Ratio = 0.5

const asWarning = (diagnostic: Diagnostic): Diagnostic => ({ ...diagnostic, severity: 'warning' })

interface Made {
  readonly model: Model | null
  readonly diagnostics: readonly Diagnostic[]
}

function compileScenario(document: Document, base: Design, name: string, options: PrepareOptions): Made {
  const { variant } = options
  const scenario = base.scenarios.get(name)
  if (scenario === undefined) return compile(base, kinds, { scenario: null, variant })
  if (scenario.isSearch || scenario.isSweep) {
    const out = createCollector()
    const what = scenario.isSearch ? 'search' : 'sweep'
    out.warning('not-simulated', scenario.span, `\`${what}\` of scenario \`${name}\` is not simulated yet`)
    return { model: null, diagnostics: out.list }
  }
  const read =
    scenario.sets.length > 0
      ? readDesign(document, options, name)
      : { design: base, diagnostics: [] as readonly Diagnostic[] }
  if (read.design === null) {
    const own = changesOfScenario(document, name)
    return { model: null, diagnostics: inSituation(read.diagnostics, own, `scenario \`${name}\``) }
  }
  const made = compile(read.design, kinds, { scenario: name, variant })
  return { model: made.model, diagnostics: [...read.diagnostics, ...made.diagnostics] }
}
