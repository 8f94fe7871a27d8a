import { createCollector, type Diagnostic, sortDiagnostics } from './base/diagnostic.ts'
import { nearestNames } from './base/nearest.ts'
import { noSpan } from './base/span.ts'
import { compile } from './design/compile.ts'
import type { Design } from './design/design.ts'
import type { Document } from './text/document.ts'
import type { Limits } from './text/limits.ts'
import { loadImports, localPath } from './design/imports.ts'
import { besideSlips } from './design/beside-slips.ts'
import { applyOverlays, changesOfScenario } from './design/overlay.ts'
import { parse } from './text/parse.ts'
import { inSituation, tryChanges } from './design/trials.ts'
import { validate } from './design/validate.ts'
import { kinds } from './kinds/index.ts'
import { checkRules } from './rules/define.ts'
import { rules } from './rules/index.ts'
import type { Model } from './model/model.ts'

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
  readonly design: Design | null
  readonly diagnostics: readonly Diagnostic[]
  /** Scenarios that cannot be played yet, and why. */
  readonly skipped: readonly { readonly scenario: string; readonly why: string }[]
  readonly assumptions: readonly { readonly name: string; readonly effect: null }[]
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
  return compileAll(document, base.design, names.chosen, { options, said })
}

const refused = (diagnostics: readonly Diagnostic[]): Prepared => ({
  models: [],
  design: null,
  diagnostics: sortDiagnostics(diagnostics),
  skipped: [],
  assumptions: [],
})

interface Read {
  readonly design: Design | null
  readonly diagnostics: readonly Diagnostic[]
}

function readDesign(document: Document, options: PrepareOptions, scenario: string | null): Read {
  const { variant, sets, environment = null, readFile, limits } = options
  const laid = applyOverlays(document, { variant, scenario, sets, environment })
  if (laid.document === null) return { design: null, diagnostics: laid.diagnostics }
  const { imports, diagnostics: imported } = loadImports(laid.document, { readFile, limits })
  const textOf = (name: string): string | undefined => {
    const { path } = localPath(name, '')
    return path === null ? undefined : (readFile?.(path) ?? undefined)
  }
  const { design, diagnostics } = validate(laid.document, kinds, { imports, textOf, original: document.root })
  // A check looks at what the design could be as well, unless it was asked about one of these.
  const isWhole = options.scenarios === 'all' && variant === null && environment === null && scenario === null
  const tried = isWhole ? tryChanges(laid.document, kinds, { imports, textOf, isRight: design !== null }) : []
  const said = [...laid.diagnostics, ...imported, ...diagnostics, ...tried]
  return { design: said.some(({ severity }) => severity === 'error') ? null : design, diagnostics: said }
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
}

function compileAll(document: Document, base: Design, names: readonly string[], { options, said }: Progress): Prepared {
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
  const assumptions = [...base.assume].filter(([, value]) => value.isUsed).map(([name]) => ({ name, effect: null }))
  return { models, design: base, diagnostics: sorted, skipped, assumptions }
}

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
  const read = scenario.sets.length > 0 ? readDesign(document, options, name) : { design: base, diagnostics: [] }
  if (read.design === null) {
    const own = changesOfScenario(document, name)
    return { model: null, diagnostics: inSituation(read.diagnostics, own, `scenario \`${name}\``) }
  }
  const made = compile(read.design, kinds, { scenario: name, variant })
  return { model: made.model, diagnostics: [...read.diagnostics, ...made.diagnostics] }
}
