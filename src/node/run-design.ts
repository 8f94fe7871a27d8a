import { createHash } from 'node:crypto'
import pc from 'picocolors'
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
import { type DesignText, FILE_SIZE_MOST, neighbours, readDesign } from './design-file.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { createPlayer } from './player.ts'
import { createProgress } from './progress.ts'
import { adviceFor } from './run-advice.ts'
import { runModels } from './run-models.ts'
import { readRunSettings, type RunSettings } from './run-options.ts'
import { textOfTypeScript } from './typescript-design.ts'
import { watch } from './watch.ts'

export type Which = 'baseline' | 'all'

/** From a design file to a verdict: `check` plays the baseline and every scenario, `simulate` what is asked for. */
export async function runDesign(context: Context, which: Which): Promise<ExitCode> {
  const settings = readRunSettings(context.options)
  const name = context.args[0]
  if (!settings.isWatched) return runOnce(context, settings, name, which)
  return watch(context.io, name, (onRead) => runOnce(context, { ...settings, onRead }, name, which))
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
  })
  if (design.text !== null) return prepared
  return { ...prepared, diagnostics: withPaths(prepared.diagnostics, text, design.file) }
}

async function runOnce(context: Context, settings: Run, name: string | undefined, which: Which): Promise<ExitCode> {
  const start = performance.now()
  const { io } = context
  const design = await readDesign(name, io, { sizeMost: settings.limits['file-size'] ?? FILE_SIZE_MOST })
  const text = design.text ?? (await textOfTypeScript(design))
  const prepared = prepareText(text, design, settings, which)
  const say = diagnosticsTo(context, settings, design, text)
  const errors = prepared.diagnostics.filter((d) => d.severity === 'error')
  if (errors.length > 0 || prepared.models.length === 0) {
    if (settings.isJson) {
      io.out(toJson(envelope({ version: context.version, diagnostics: prepared.diagnostics, results: [] })))
    } else say(prepared.diagnostics)
    return exitCodes.invalid
  }
  let isMemoryFull = false
  const results = await playAll(context, settings, prepared, text, () => {
    isMemoryFull = true
  })
  const found = results.map((result) => ({
    ...result,
    assumptions: [...result.assumptions, ...known(prepared, result)],
    findings: prepared.diagnostics.map(finding),
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
      command: command(context, settings, design.file, which),
      wall: (performance.now() - start) / 1000,
      isPartial: results.some((result) => result.status === 'partial'),
      advice: adviceFor(
        results.filter(({ sweep }) => sweep === undefined),
        { ...settings, isMemoryFull },
        (changed) => command(context, settings, design.file, which, changed),
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
  const [first, ...more] = diagnostics.filter(({ severity }) => severity === 'warning')
  if (isJson || isMissed || failOn !== 'warning' || first === undefined) return ''
  const others = more.length > 0 ? `, and ${more.length} more` : ''
  return `--fail-on warning: ${shortPlace(first.at)}: ${first.message} [${first.code}]${others}\n`
}

/** Assumptions that the design takes as known. */
function known({ assumptions }: Prepared, result: Result): Result['assumptions'] {
  const ranged = new Set(result.assumptions.map(({ name }) => name))
  const names = assumptions.filter((name) => !ranged.has(name))
  return names.map((name) => ({ name, effect: null, range: null, objective: null }))
}

const finding = ({ code, severity, message }: Diagnostic): Finding => ({ code, severity, message })

/** Events that one command may cost when nobody asked for a precision or a time: some seconds. */
const EVENTS_MOST = 24e6

/** Of what a scenario may cost: a point of a sweep. */
const SWEEP_SHARE = 0.25

/** What drawing the unknown numbers of the first situation may cost; the others get a quarter of their share. */
const WORLD_EVENTS_MOST = 5e6

async function playAll(
  { io }: Context,
  settings: RunSettings,
  { models, worlds }: Prepared,
  text: string,
  onMemoryFull: () => void,
): Promise<readonly Result[]> {
  const isOpenEnded = settings.precision !== null || settings.budget !== null
  const points = models.filter(({ sweep }) => sweep !== undefined).length
  const each = isOpenEnded ? Infinity : EVENTS_MOST / (models.length - points + SWEEP_SHARE * points)
  const { precision, duration, replications, seed } = settings
  const player = createPlayer(settings.jobs)
  const progress = createProgress(io, {
    eventsMost: EVENTS_MOST + (worlds.some(Boolean) ? WORLD_EVENTS_MOST : 0),
    isQuiet: settings.isQuiet,
  })
  try {
    const playable = models.map((model, i) => ({
      model,
      worlds: worlds[i] ?? null,
      eventsMax: model.sweep === undefined ? each : SWEEP_SHARE * each,
      worldEventsMax: isOpenEnded ? Infinity : i === 0 ? WORLD_EVENTS_MOST : each / 4,
    }))
    return await runModels(playable, player, {
      plan: { seed, precision, duration, replications },
      hash: createHash('sha256').update(text).digest('hex').slice(0, 16),
      interrupted: io.interrupted,
      budget: settings.budget ?? (isOpenEnded ? 60 : null),
      onEvents: progress.add,
      onMemoryFull,
    })
  } finally {
    progress.end()
    await player.close()
  }
}

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

/** What to type to get the same numbers again. */
function command(
  context: Context,
  settings: RunSettings,
  file: string,
  which: Which,
  changed: Readonly<Record<string, string | null>> = {},
): string {
  const given = (name: string): readonly string[] => {
    const value = Object.hasOwn(changed, name) ? changed[name] : context.options[name]
    return typeof value === 'string' ? [`--${name}`, quoted(value)] : []
  }
  return [
    `loadpath ${which === 'all' ? 'check' : 'simulate'}`,
    quoted(file === '<stdin>' ? '-' : file),
    ...settings.scenarios.flatMap((scenario) => ['--scenario', quoted(scenario)]),
    ...given('variant'),
    ...given('environment'),
    ...settings.sets.flatMap(({ path, value }) => ['--set', quoted(`${path}=${value}`)]),
    ...['precision', 'budget', 'duration', 'replications'].flatMap(given),
    `--seed ${settings.seed}`,
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
  if (failOn === 'warning' && diagnostics.some((d) => d.severity === 'warning')) return exitCodes.missed
  if (isMissed || (failOn === 'undecided' && isOpen)) return exitCodes.missed
  return isOpen || isPoor ? exitCodes.unusable : exitCodes.fine
}
