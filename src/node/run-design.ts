import { createHash } from 'node:crypto'
import pc from 'picocolors'
import {
  acceptanceOf,
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
import { type DesignText, FILE_SIZE_MOST, neighbours, readDesign } from './design-file.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Engine } from './engine.ts'
import { playModels } from './play-models.ts'
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
  const say = diagnosticsTo(context, settings, design, text)
  const errors = prepared.diagnostics.filter((d) => d.severity === 'error')
  if (errors.length > 0 || prepared.models.length === 0) {
    if (settings.isJson) {
      io.out(toJson(envelope({ version: context.version, diagnostics: prepared.diagnostics, results: [] })))
    } else say(prepared.diagnostics)
    return exitCodes.invalid
  }
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const { results: played, isMemoryFull } = await task.engine({ io, settings, prepared, hash })
  const results = played.map((result) => acceptedIn(prepared, result))
  const found = results.map((result) => ({
    ...result,
    assumptions: [...result.assumptions, ...known(prepared, result)],
    findings: [...prepared.diagnostics.map(finding), ...result.findings],
  }))
  if (settings.isJson)
    io.out(toJson(envelope({ version: context.version, diagnostics: prepared.diagnostics, results: found })))
  else {
    if (settings.isFull) say(prepared.diagnostics)
    printSummary(context, settings, {
      file: design.file,
      version: context.version,
      results,
      warnings: prepared.diagnostics
        .filter((d) => d.severity === 'warning')
        .map(({ code, at, message }) => ({ code, place: shortPlace(at), message })),
      skipped: prepared.skipped,
      seed: settings.seed,
      command: command(context, settings, design.file, { name: task.name }),
      wall: (performance.now() - start) / 1000,
      isPartial: results.some((result) => result.status === 'partial'),
      advice: adviceFor(
        results.filter(({ sweep }) => sweep === undefined),
        { ...settings, isMemoryFull },
        (changed) => command(context, settings, design.file, { name: playing(task.name), changed }),
      ),
    })
  }
  const code = exitCodeOf(results, prepared.diagnostics, settings, io.interrupted.aborted)
  if (code === exitCodes.missed) io.err(failOnText(results, prepared.diagnostics, settings))
  return code
}

/** Why a command fails whose objectives are all met; empty when it fails because of them. */
function failOnText(
  results: readonly Result[],
  diagnostics: readonly Diagnostic[],
  { failOn, isJson }: RunSettings,
): string {
  const isMissed = results.some(({ objectives }) => objectives.some(({ verdict }) => verdict === 'missed'))
  const written = diagnostics.map((one) => ({ ...one, place: `${shortPlace(one.at)}: ` }))
  const found = results.flatMap(({ findings }) => findings).map((one) => ({ ...one, place: '' }))
  const [first, ...more] = [...written, ...found].filter(({ severity }) => severity === 'warning')
  if (isJson || isMissed || failOn !== 'warning' || first === undefined) return ''
  const others = more.length > 0 ? `, and ${more.length} more` : ''
  return `--fail-on warning: ${first.place}${first.message} [${first.code}]${others}\n`
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
function acceptedIn({ design }: Prepared, result: Result): Result {
  const accepting = ({ code, severity, ...rest }: Finding): Finding => {
    const name = result.metastable?.component ?? ''
    const found = acceptanceOf({ code, name }, design?.accepted ?? [], today())
    if (found === undefined) return { code, severity, ...rest }
    const { reason, owner, until } = found
    return { code, ...rest, severity: 'note', accepted: { severity, reason, owner, until } }
  }
  return { ...result, findings: result.findings.map(accepting) }
}

/** Whether an accepted finding still is, is a matter of the day: UTC, so that it is the same one everywhere. */
const today = (): string => new Date().toISOString().slice(0, 10)

function printSummary({ io }: Context, settings: RunSettings, report: Report): void {
  const text = summaryText(report, { isFull: settings.isFull, style: styleOf(io, settings) })
  io.out(settings.isQuiet ? `${text.split('\n')[0]}\n` : text)
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

function exitCodeOf(
  results: readonly Result[],
  diagnostics: readonly Diagnostic[],
  { failOn }: RunSettings,
  isInterrupted: boolean,
): ExitCode {
  if (isInterrupted) return exitCodes.interrupted
  const judged = results.filter(({ sweep }) => sweep === undefined)
  const objectives = judged.flatMap((result) => result.objectives)
  const isOpen = objectives.some((objective) => objective.verdict === 'undecided')
  const isMissed = objectives.some((objective) => objective.verdict === 'missed')
  const isPoor = judged.some((result) => result.status === 'budget-spent')
  if (failOn === 'error') return exitCodes.fine
  const findings = [...diagnostics, ...judged.flatMap((result) => result.findings)]
  if (failOn === 'warning' && findings.some(({ severity }) => severity === 'warning')) return exitCodes.missed
  if (isMissed || (failOn === 'undecided' && isOpen)) return exitCodes.missed
  return isOpen || isPoor ? exitCodes.unusable : exitCodes.fine
}
