import { createHash } from 'node:crypto'
import {
  type BackOfEnvelope,
  type Diagnostic,
  envelope,
  estimateEnvelope,
  estimateJson,
  type EstimateOptions,
  estimateText,
  estimateWhy,
  estimateWithRanges,
  linesBehind,
  nearestNames,
  readMachine,
  toJson,
} from '../core/index.ts'
import type { Context } from './commands/define.ts'
import { FILE_SIZE_MOST, readDesign } from './design-file.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { OperationError } from './operation-error.ts'
import { diagnosticsTo, prepareText, quoted, styleOf } from './run-design.ts'
import { readRunSettings, type RunSettings } from './run-options.ts'
import { textOfTypeScript } from './typescript-design.ts'

/** From a design file to the numbers that follow from its load. */
export async function runEstimate(context: Context): Promise<ExitCode> {
  const { io, options, version } = context
  const settings = readRunSettings(options)
  const wanted: EstimateOptions = { ...machineOf(options), ...yearsOf(options) }
  const design = await readDesign(context.args[0], io, { sizeMost: settings.limits['file-size'] ?? FILE_SIZE_MOST })
  const text = design.text ?? (await textOfTypeScript(design))
  const prepared = prepareText(text, design, settings, 'baseline')
  const { diagnostics } = prepared
  const isBroken = diagnostics.some(({ severity }) => severity === 'error')
  const whole = isBroken ? null : estimateWithRanges(prepared, wanted)
  if (whole === null) {
    if (settings.isJson) io.out(toJson(envelope({ version, diagnostics, results: [] })))
    else diagnosticsTo(context, settings, design, text)(diagnostics)
    return exitCodes.invalid
  }
  const why = textOf(options['why'])
  if (why !== null) checkLine(why, whole)
  if (settings.isJson) {
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
    const estimate = estimateJson(whole, why === null ? undefined : linesBehind(whole, why))
    const about = { design: { name: whole.design, hash }, scenario: 'baseline', variant: settings.variant }
    io.out(toJson(estimateEnvelope({ version, diagnostics }, { ...about, estimate })))
    return exitCodes.fine
  }
  const style = styleOf(io, settings)
  if (why !== null) {
    const assumed = prepared.design?.assume ?? new Map()
    io.out(estimateWhy(whole, why, { style, assumed, hasLines: design.text !== null }))
    return exitCodes.fine
  }
  if (settings.isFull) diagnosticsTo(context, settings, design, text)(diagnostics)
  const report = { file: design.file, version, whole, command: command(context, settings, design.file) }
  io.out(estimateText(report, { isFull: settings.isFull, style }))
  return exitCodes.fine
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

function machineOf(options: Context['options']): Pick<EstimateOptions, 'machine'> {
  const text = textOf(options['machine'])
  if (text === null) return {}
  const { machine, diagnostics } = readMachine(text)
  if (machine !== null) return { machine }
  const [first]: readonly Diagnostic[] = diagnostics
  const hint = first?.hint ?? "write --machine 'cpu: 16, memory: 64 GB, disk: 4 TB, iops: 200/s, network: 1 Gbit/s'"
  throw new OperationError(`--machine: ${first?.message ?? 'it cannot be read'}`, { exitCode: 2, hint })
}

const YEARS_MOST = 100

function yearsOf(options: Context['options']): Pick<EstimateOptions, 'years'> {
  const text = textOf(options['years'])
  if (text === null) return {}
  const years = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN))
  if (years.every((year) => year >= 1 && year <= YEARS_MOST)) return { years }
  throw new OperationError(`--years takes whole numbers from 1 to ${YEARS_MOST}, like 1,3,5; got "${text}"`, {
    exitCode: 2,
  })
}

function checkLine(id: string, { lines }: BackOfEnvelope): void {
  const ids = lines.map((line) => line.id)
  if (ids.includes(id)) return
  const within = ids.filter((one) => one.startsWith(`${id}.`))
  const near = nearestNames(id, ids)[0]
  const hint =
    within.length > 0
      ? `there are ${within.slice(0, 8).join(', ')}`
      : near === undefined
        ? 'loadpath estimate --json has the ids of all numbers'
        : `did you mean ${near}?`
  throw new OperationError(`there is no number "${id}" in this estimate`, { exitCode: 2, hint })
}

/** What to type to get the same numbers again. */
function command({ options }: Context, settings: RunSettings, file: string): string {
  const given = (name: string): readonly string[] => {
    const value = textOf(options[name])
    return value === null ? [] : [`--${name}`, quoted(value)]
  }
  return [
    'loadpath estimate',
    quoted(file === '<stdin>' ? '-' : file),
    ...['variant', 'environment'].flatMap(given),
    ...settings.sets.flatMap(({ path, value }) => ['--set', quoted(`${path}=${value}`)]),
    ...['years', 'machine'].flatMap(given),
  ].join(' ')
}
