import { allReviewSteps, type ReviewStep, reviewStepTitle } from '../core/base/review-step.ts'
import type { OptionSpec } from './commands/define.ts'
import { type FailLevel, failLevels } from './fail-on.ts'
import { OperationError } from './operation-error.ts'

/** Which design, in which situation: options that `check`, `simulate` and `solve` share. */
const subjectOptionSpecs: readonly OptionSpec[] = [
  {
    flags: '--scenario <name>',
    about: 'only this scenario (repeatable; "baseline" is the design as it stands)',
    isRepeatable: true,
  },
  { flags: '--variant <name>', about: 'the design with this variant applied' },
  { flags: '--environment <name>', about: 'the design with this section of `environments` merged over it' },
  {
    flags: '--set <path=value>',
    about: 'change one value, for example components.api.instances=4 (repeatable)',
    isRepeatable: true,
  },
]

/** How long is played. */
const playOptionSpecs: readonly OptionSpec[] = [
  { flags: '--seed <number>', about: 'where the random numbers start (default 1)' },
  { flags: '--precision <share>', about: 'go on until mean, p50 and p99 of each flow are this sure, for example 2%' },
  { flags: '--budget <time>', about: 'stop after this wall time with what is known (60s when --precision is given)' },
  { flags: '--duration <time>', about: 'measure this much simulated time in each replication, after warm-up' },
  { flags: '--replications <number>', about: 'play exactly so many independent replications' },
  { flags: '--jobs <number>', about: 'threads (default: one per core); changes no number' },
]

const outputOptionSpecs: readonly OptionSpec[] = [
  { flags: '--json', about: 'the result as JSON on standard output, nothing else there' },
  { flags: '--full', about: 'everything: all objectives, flows, components and notes' },
  { flags: '-q, --quiet', about: 'only the verdict line and the exit code' },
  {
    flags: '--fail-on <level>',
    about: 'exit code 1 for: error (a missed objective; default), undecided, warning, note, or never',
  },
  { flags: '--watch', about: 'run again whenever the file is saved' },
  {
    flags: '--limit <name=number>',
    about: 'raise a limit of the reader, for example depth=128 (repeatable)',
    isRepeatable: true,
  },
  { flags: '--no-color', about: 'no colors' },
  { flags: '--ascii', about: 'nothing but ASCII' },
]

/** Of `check` alone. */
const reportOptionSpecs: readonly OptionSpec[] = [
  {
    flags: '--format <name[=file]>',
    about:
      'text (default), json, sarif, junit, github or markdown; with a file beside what is printed (repeatable): --format sarif=shop.sarif',
    isRepeatable: true,
  },
  { flags: '--output <file>', about: 'where the one --format goes, instead of standard output' },
  {
    flags: '--step <number>',
    about: 'only objectives and findings of this step of a review, 1 to 8 (repeatable): 6 is fault tolerance',
    isRepeatable: true,
  },
]

const fastOptionSpec: OptionSpec = {
  flags: '--fast',
  about: 'by queueing theory in milliseconds, as `loadpath solve` does; nothing is simulated',
}

export const simulateOptionSpecs = [...subjectOptionSpecs, ...playOptionSpecs, ...outputOptionSpecs]
export const checkOptionSpecs = [
  ...subjectOptionSpecs,
  fastOptionSpec,
  ...playOptionSpecs,
  ...reportOptionSpecs,
  ...outputOptionSpecs,
]
export const solveOptionSpecs = [...subjectOptionSpecs, ...outputOptionSpecs]

/** Of `--format`; all but the first two are told apart by `core/report/formats`. */
export const formatNames = ['text', 'json', 'sarif', 'junit', 'github', 'markdown'] as const

export interface RunSettings {
  readonly scenarios: readonly string[]
  readonly variant: string | null
  readonly environment: string | null
  readonly sets: readonly { readonly path: string; readonly value: string }[]
  readonly seed: number
  readonly precision: number | null
  readonly budget: number | null
  readonly duration: number | null
  readonly replications: number | null
  readonly jobs: number | null
  readonly limits: Readonly<Record<string, number>>
  readonly isJson: boolean
  readonly isFull: boolean
  readonly isQuiet: boolean
  readonly isAscii: boolean
  readonly hasColor: boolean
  readonly isWatched: boolean
  /** Solved, not played. */
  readonly isFast: boolean
  readonly failOn: FailLevel
  /** In the order of the command line; what goes to standard output is text when nothing else does. */
  readonly outputs: readonly { readonly format: (typeof formatNames)[number]; readonly file: string | null }[]
  /** Steps of a review; empty: all. */
  readonly steps: readonly ReviewStep[]
}

/** Reads the options; whatever is not what it should be is a mistake of the user's (exit code 2). */
export function readRunSettings(options: Readonly<Record<string, unknown>>): RunSettings {
  const text = (name: string): string | null => {
    const value = options[name]
    return typeof value === 'string' ? value : null
  }
  const list = (name: string): readonly string[] => listOf(options, name)
  const read = <T>(name: string, parse: (flag: string, text: string) => T): T | null => {
    const value = text(name)
    return value === null ? null : parse(`--${name}`, value)
  }
  const isFast = options['fast'] === true
  if (isFast) refusePlaying(options)
  const outputs = readOutputs(list('format'), { isJson: options['json'] === true, file: text('output') })
  return {
    scenarios: list('scenario'),
    variant: text('variant'),
    environment: text('environment'),
    sets: readSets(options),
    seed: read('seed', wholeNumber({ from: 0, to: 4_294_967_295 })) ?? 1,
    precision: read('precision', share),
    budget: read('budget', time),
    duration: read('duration', time),
    replications: read('replications', wholeNumber({ from: 1, to: 10_000 })),
    jobs: read('jobs', wholeNumber({ from: 1, to: 256 })),
    limits: Object.fromEntries(list('limit').map(readLimit)),
    isJson: outputs.some(({ format, file }) => format === 'json' && file === null),
    isFull: options['full'] === true,
    isQuiet: options['quiet'] === true,
    isAscii: options['ascii'] === true,
    hasColor: options['color'] !== false,
    isWatched: options['watch'] === true,
    isFast,
    failOn: read('failOn', level) ?? 'error',
    outputs,
    steps: list('step').map(readStep),
  }
}

/** With `--fast` nothing is played, so that what says how to play would say nothing. */
function refusePlaying(options: Readonly<Record<string, unknown>>): void {
  const given = ['seed', 'precision', 'budget', 'duration', 'replications', 'jobs'].find((name) => name in options)
  if (given === undefined) return
  const hint = 'leave one of them out'
  throw new OperationError(`--fast plays nothing, so --${given} has no meaning beside it`, { exitCode: 2, hint })
}

function listOf(options: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const value = options[name]
  return Array.isArray(value) ? value.filter((x): x is string => typeof x === 'string') : []
}

const wrong = (flag: string, expected: string, got: string): OperationError =>
  new OperationError(`${flag} takes ${expected}; got "${got}"`, { exitCode: 2 })

const wholeNumber =
  ({ from, to }: { from: number; to: number }) =>
  (flag: string, text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= from && value <= to)) throw wrong(flag, `a whole number from ${from} to ${to}`, text)
    return value
  }

function share(flag: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)
  const value = Number(match?.[1]) / 100
  if (!(value > 0 && value < 1)) throw wrong(flag, 'a percentage such as 2%', text)
  return value
}

const timeUnits: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, min: 60, m: 60, h: 3600, d: 86_400 }

function time(flag: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(us|ms|s|min|m|h|d)$/.exec(text.trim())
  const value = Number(match?.[1]) * (timeUnits[match?.[2] ?? ''] ?? Number.NaN)
  if (!(value > 0)) throw wrong(flag, 'a time with its unit, such as 60s or 10 min', text)
  return value
}

interface Asked {
  /** `--json`: the same as `--format json`. */
  readonly isJson: boolean
  readonly file: string | null
}

/** What goes into files comes in addition to what is printed; printed is one thing, or text with annotations. */
function readOutputs(written: readonly string[], { isJson, file }: Asked): RunSettings['outputs'] {
  const given = [...(isJson ? ['json'] : []), ...written].map(readFormat)
  const [only, ...others] = given
  if (file !== null && (only === undefined || others.length > 0 || only.file !== null)) {
    const hint = 'with several, write each file behind its format: --format sarif=shop.sarif'
    throw new OperationError('--output goes with exactly one --format', { exitCode: 2, hint })
  }
  const all = file === null || only === undefined ? given : [{ ...only, file }]
  const printed = [...new Set(all.flatMap((one) => (one.file === null ? [one.format] : [])))]
  const isReadable = printed.length < 2 || printed.every((format) => format === 'text' || format === 'github')
  if (!isReadable) {
    const hint = `write all but one of them into files: --format ${printed.at(-1) ?? ''}=<file>`
    const message = `${printed.join(' and ')} cannot both go to standard output`
    throw new OperationError(message, { exitCode: 2, hint })
  }
  const isRepeated = all.length > new Set(all.map((one) => one.file ?? `-${one.format}`)).size
  if (isRepeated) throw new OperationError('two of --format go to the same place', { exitCode: 2 })
  return printed.length > 0 ? all : [{ format: 'text', file: null }, ...all]
}

function readFormat(text: string): RunSettings['outputs'][number] {
  const [, name = '', file] = /^([^=]*)(?:=([\s\S]*))?$/.exec(text) ?? []
  const format = formatNames.find((each) => each === name)
  if (format === undefined || file === '') {
    throw wrong('--format', `one of ${formatNames.join(', ')}, or one of them with a file: sarif=shop.sarif`, text)
  }
  return { format, file: file ?? null }
}

function readStep(text: string): ReviewStep {
  const found = allReviewSteps.find((step) => `${step}` === text)
  if (found === undefined) throw wrong('--step', `a number: ${allReviewSteps.map(reviewStepTitle).join(', ')}`, text)
  return found
}

function level(_: string, text: string): RunSettings['failOn'] {
  const found = failLevels.find((each) => each === text)
  if (!found) throw wrong('--fail-on', failLevels.join(', '), text)
  return found
}

/** `--set path=value`, as often as it is given. */
export const readSets = (options: Readonly<Record<string, unknown>>): RunSettings['sets'] =>
  listOf(options, 'set').map(readSet)

function readSet(text: string): { readonly path: string; readonly value: string } {
  const at = text.indexOf('=')
  if (at < 1) throw wrong('--set', 'path=value, such as components.api.instances=4', text)
  return { path: text.slice(0, at).trim(), value: text.slice(at + 1).trim() }
}

/** Limits of the reader by name, and how far each can be raised. */
const limitsMost: Readonly<Record<string, number>> = {
  'file-size': 1e9,
  'line-length': 1e9,
  depth: 256,
  nodes: 1e9,
  aliases: 1e9,
  keys: 1e9,
  'scalar-length': 1e9,
}

function readLimit(text: string): readonly [string, number] {
  const match = /^([a-z-]+)=(\d+)$/.exec(text)
  if (!match) throw wrong('--limit', 'name=number, such as depth=128', text)
  const [, name = '', number = ''] = match
  const known = Object.keys(limitsMost)
  const most = Object.hasOwn(limitsMost, name) ? limitsMost[name] : undefined
  if (most === undefined) throw wrong('--limit', `one of ${known.join(', ')}`, name)
  const value = Number(number)
  if (!(value >= 1 && value <= most)) throw wrong(`--limit ${name}`, `a whole number from 1 to ${most}`, number)
  return [name, value]
}
