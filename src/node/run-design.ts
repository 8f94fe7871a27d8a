import { createHash } from 'node:crypto'
import pc from 'picocolors'
import { allReviewSteps, type ReviewStep, reviewStepTitle } from '../core/base/review-step.ts'
import {
  type Diagnostic,
  envelope,
  type Finding,
  type Prepared,
  prepare,
  type Report,
  renderDiagnostics,
  type Result,
  type Style,
  shortPlace,
  summaryText,
  toJson,
  withPaths,
} from '../core/index.ts'
import type { Context } from './commands/define.ts'
import type { Io } from './io.ts'
import { acceptedFinding, today, withFailures } from './failure-findings.ts'
import { type DesignText, FILE_SIZE_MOST, neighbours, readDesign } from './design-file.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Engine } from './engine.ts'
import { playModels } from './play-models.ts'
import { type Checked, factsOf, writeOutputs } from './check-outputs.ts'
import { exitCodeOf, failingFindings, type Found } from './fail-on.ts'
import { adviceFor } from './run-advice.ts'
import { readRunSettings, type RunSettings } from './run-options.ts'
import { solveModels } from './solve-models.ts'
import { textOfTypeScript } from './typescript-design.ts'
import { watch } from './watch.ts'

export type Which = 'baseline' | 'all'

/** One of the commands that go from a design file to a verdict. */
interface Task {
  readonly name: 'check' | 'simulate' | 'solve'
  readonly which: Which
  readonly engine: Engine
}

/** The baseline and every scenario: played, or, with `--fast`, solved. */
export const checkDesign = (context: Context): Promise<ExitCode> =>
  runDesign(context, (settings) => ({
    name: 'check',
    which: 'all',
    engine: settings.isFast ? solveModels : playModels,
  }))

export const simulateDesign = (context: Context): Promise<ExitCode> =>
  runDesign(context, () => ({ name: 'simulate', which: 'baseline', engine: playModels }))

export const solveDesign = (context: Context): Promise<ExitCode> =>
  runDesign(context, () => ({ name: 'solve', which: 'baseline', engine: solveModels }))

async function runDesign(context: Context, taskOf: (settings: RunSettings) => Task): Promise<ExitCode> {
  const settings = readRunSettings(context.options)
  const task = taskOf(settings)
  const name = context.args[0]
  if (!settings.isWatched) return runOnce(context, settings, name, task)
  return watch(context.io, name, (onRead) => runOnce(context, { ...settings, onRead }, name, task))
}

interface Run extends RunSettings {
  readonly onRead?: (file: string) => void
}

export function prepareText(text: string, design: DesignText, settings: Run, which: Which): Prepared {
  const { variant, scenarios, sets, limits, environment, onRead } = settings
  const prepared = prepare(text, {
    file: design.file,
    variant,
    scenarios: scenarios.length > 0 ? scenarios : which,
    sets,
    limits,
    environment,
    readFile: neighbours(design.absolute, onRead),
    today: today(),
  })
  if (design.text !== null) return prepared
  return { ...prepared, diagnostics: withPaths(prepared.diagnostics, text, design.file) }
}

async function runOnce(context: Context, settings: Run, name: string | undefined, task: Task): Promise<ExitCode> {
  const start = performance.now()
  const { io } = context
  const design = await readDesign(name, io, { sizeMost: settings.limits['file-size'] ?? FILE_SIZE_MOST })
  const text = design.text ?? (await textOfTypeScript(design))
  const prepared = prepareText(text, design, settings, task.which)
  const again = command(context, settings, design.file, { name: task.name })
  const about = { design, text, prepared, command: again, version: context.version }
  const say = diagnosticsTo(context, settings, design, text)
  const isWrong = prepared.diagnostics.some((d) => d.severity === 'error')
  if (isWrong || prepared.models.length === 0) {
    await writeRefusal(context, settings, { ...about, results: [], diagnostics: prepared.diagnostics }, say)
    return exitCodes.invalid
  }
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const { results: solved, isMemoryFull } = await task.engine({ io, settings, prepared, hash })
  const isWhole = task.name === 'check' && settings.scenarios.length === 0
  const played = isWhole ? await withFailures(prepared, solved, io) : solved
  const { results, diagnostics } = ofSteps(settings.steps, {
    results: played.map((result) => acceptedIn(prepared, result)),
    diagnostics: prepared.diagnostics,
  })
  const checked: Checked = { ...about, results, diagnostics }
  await writeOutputs(io, settings.outputs, {
    facts: factsOf({ io, settings }, checked),
    textOf: (format) => {
      if (format === 'json') return jsonOf(checked)
      if (settings.isFull) sayBySteps(io, diagnostics, say)
      const wall = (performance.now() - start) / 1000
      return summaryOf(context, settings, checked, { task, wall, isMemoryFull })
    },
  })
  const code = exitCodeOf(checked, settings.failOn, io.interrupted.aborted)
  if (code === exitCodes.missed) io.err(failOnText(checked, settings))
  return code
}

/** A design with mistakes: they are all there is to say. */
async function writeRefusal(
  { io }: Context,
  settings: RunSettings,
  checked: Checked,
  say: (list: readonly Diagnostic[]) => void,
): Promise<void> {
  await writeOutputs(io, settings.outputs, {
    facts: factsOf({ io, settings }, checked),
    textOf: (format) => {
      if (format === 'json') return jsonOf(checked)
      say(checked.diagnostics)
      return ''
    },
  })
}

/** `--step`: what belongs to other steps of a review is neither shown nor does it count. */
function ofSteps(steps: RunSettings['steps'], { results, diagnostics }: Found): Found {
  if (steps.length === 0) return { results, diagnostics }
  const isAsked = ({ step = 2 }: { readonly step?: ReviewStep }): boolean => steps.includes(step)
  return {
    results: results.map((result) => ({
      ...result,
      objectives: result.objectives.filter(isAsked),
      findings: result.findings.filter(isAsked),
    })),
    diagnostics: diagnostics.filter(isAsked),
  }
}

function jsonOf({ prepared, results, diagnostics, version }: Checked): string {
  const found = results.map((result) => ({
    ...result,
    assumptions: [...result.assumptions, ...known(prepared, result)],
    findings: [...diagnostics.map(finding), ...result.findings],
  }))
  return toJson(envelope({ version, diagnostics, results: found }))
}

/** Under the headings of a review, each in the order of the file. */
function sayBySteps(io: Io, list: readonly Diagnostic[], say: (list: readonly Diagnostic[]) => void): void {
  for (const step of allReviewSteps) {
    const mine = list.filter((one) => (one.step ?? 2) === step)
    if (mine.length === 0) continue
    io.err(`${reviewStepTitle(step)}\n`)
    say(mine)
  }
}

interface Ran {
  readonly task: Task
  readonly wall: number
  readonly isMemoryFull: boolean
}

function summaryOf(
  context: Context,
  settings: RunSettings,
  { design, prepared, results, diagnostics, command: again, version }: Checked,
  { task, wall, isMemoryFull }: Ran,
): string {
  const report: Report = {
    file: design.file,
    version,
    results,
    warnings: diagnostics
      .filter((d) => d.severity === 'warning')
      .map(({ code, at, message }) => ({ code, place: shortPlace(at), message })),
    found: [...diagnostics, ...results.flatMap(({ findings }) => findings)],
    skipped: prepared.skipped,
    seed: settings.seed,
    command: again,
    wall,
    isPartial: results.some((result) => result.status === 'partial'),
    advice: adviceFor(
      results.filter(({ sweep }) => sweep === undefined),
      { ...settings, isMemoryFull },
      (changed) => command(context, settings, design.file, { name: playing(task.name), changed }),
    ),
  }
  const text = summaryText(report, { isFull: settings.isFull, style: styleOf(context.io, settings) })
  return settings.isQuiet ? `${text.split('\n')[0]}\n` : text
}

/** Why a command fails whose objectives are all met; empty when it fails because of them. */
function failOnText({ results, diagnostics }: Checked, { failOn, isJson }: RunSettings): string {
  const isMissed = results.some(({ objectives }) => objectives.some(({ verdict }) => verdict === 'missed'))
  const [first, ...more] = failingFindings({ results, diagnostics }, failOn)
  if (isJson || isMissed || first === undefined) return ''
  const others = more.length > 0 ? `, and ${more.length} more` : ''
  const place = first.at === null ? '' : `${shortPlace(first.at)}: `
  return `--fail-on ${failOn}: ${place}${first.message} [${first.code}]${others}\n`
}

/** Assumptions that the design takes as known. */
function known({ assumptions }: Prepared, result: Result): Result['assumptions'] {
  const ranged = new Set(result.assumptions.map(({ name }) => name))
  const names = assumptions.filter((name) => !ranged.has(name))
  return names.map((name) => ({ name, effect: null, range: null, objective: null }))
}

export const finding = ({ code, severity, step = 2, message, accepted }: Diagnostic): Finding => ({
  code,
  severity,
  step,
  message,
  ...(accepted === undefined ? {} : { accepted }),
})

/** What was found in the figures may have been accepted beforehand, for the component that it is about. */
function acceptedIn(prepared: Prepared, result: Result): Result {
  const name = result.metastable?.component ?? ''
  const findings = result.findings.map((one) =>
    one.code === 'metastable-range' ? acceptedFinding(prepared, one, name) : one,
  )
  return { ...result, findings }
}

type Shown = Pick<Context['io'], 'env' | 'isOutTerminal' | 'width'>

export function styleOf(io: Shown, settings: RunSettings): Style {
  const isColored = settings.hasColor && !io.env['NO_COLOR'] && (io.isOutTerminal || Boolean(io.env['FORCE_COLOR']))
  const colors = pc.createColors(isColored)
  const isNarrow = io.isOutTerminal || io.env['COLUMNS'] !== undefined
  const width = isNarrow ? Math.min(100, Math.max(40, io.width)) : 100
  const isAscii = settings.isAscii || io.env['TERM'] === 'dumb' || isAsciiLocale(io.env)
  return { width, isAscii, paint: (color, text) => colors[color](text) }
}

/** The first of these variables that is set decides, an empty one counts as not set. */
function isAsciiLocale(env: Io['env']): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '')
  return locale === 'C' || locale === 'POSIX'
}

export function diagnosticsTo({ io }: Context, settings: RunSettings, design: DesignText, text: string) {
  const isColored = settings.hasColor && !io.env['NO_COLOR'] && (io.isErrTerminal || Boolean(io.env['FORCE_COLOR']))
  const palette = pc.createColors(isColored)
  return (list: readonly Diagnostic[]): void => {
    const source = (file: string): string | undefined =>
      file === design.file && design.text !== null ? text : undefined
    io.err(renderDiagnostics(list, { source, palette, width: io.width }))
  }
}

/** What plays what was only solved. */
const playing = (name: Task['name']): Task['name'] => (name === 'solve' ? 'simulate' : name)

interface Again {
  readonly name: Task['name']
  readonly changed?: Readonly<Record<string, string | null>>
}

/** What to type to get the same numbers again, or, with options changed, others. */
function command(context: Context, settings: RunSettings, file: string, { name, changed = {} }: Again): string {
  const given = (option: string): readonly string[] => {
    const value = Object.hasOwn(changed, option) ? changed[option] : context.options[option]
    return typeof value === 'string' ? [`--${option}`, quoted(value)] : []
  }
  const isFast = settings.isFast && !Object.hasOwn(changed, 'fast')
  const isPlayed = name !== 'solve' && !settings.isFast
  return [
    `loadpath ${name}`,
    quoted(file === '<stdin>' ? '-' : file),
    ...(isFast ? ['--fast'] : []),
    ...settings.steps.map((step) => `--step ${step}`),
    ...settings.scenarios.flatMap((scenario) => ['--scenario', quoted(scenario)]),
    ...given('variant'),
    ...given('environment'),
    ...settings.sets.flatMap(({ path, value }) => ['--set', quoted(`${path}=${value}`)]),
    ...['precision', 'budget', 'duration', 'replications'].flatMap(given),
    ...(isPlayed ? [`--seed ${settings.seed}`] : []),
  ].join(' ')
}

export const quoted = (word: string): string =>
  /^[\w./:=%@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
