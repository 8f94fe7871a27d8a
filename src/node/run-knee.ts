import { createHash } from 'node:crypto'
import path from 'node:path'
import {
  type At,
  atLoad,
  envelope,
  firstMissed,
  flowToShow,
  type Knee,
  kneeOf,
  type KneeOptions,
  type KneeReport,
  kneeSvg,
  kneeText,
  leverEffects,
  type LeverEffect,
  leversOf,
  loadsToPlay,
  type Model,
  nearestNames,
  partitionsOf,
  pointOf,
  type Prepared,
  remembered,
  type Result,
  settingsOf,
  simulate,
  toJson,
  turnedFirst,
} from '../core/index.ts'
import type { Context } from './commands/define.ts'
import { type DesignText, FILE_SIZE_MOST, readDesign } from './design-file.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { engineOf } from './knee-engine.ts'
import { OperationError } from './operation-error.ts'
import { createSteps } from './progress.ts'
import { diagnosticsTo, finding, prepareText, quoted, styleOf } from './run-design.ts'
import { readRunSettings, type RunSettings } from './run-options.ts'
import { textOfTypeScript } from './typescript-design.ts'
import { writeFileSafely } from './write-file.ts'

/** From a design file to its curve against load. */
export async function runKnee(context: Context): Promise<ExitCode> {
  const start = performance.now()
  const { io, options, version } = context
  const settings = readRunSettings({ ...options, scenario: listed(options['scenario']) })
  const range = rangeOf(options)
  const design = await readDesign(context.args[0], io, { sizeMost: settings.limits['file-size'] ?? FILE_SIZE_MOST })
  const text = design.text ?? (await textOfTypeScript(design))
  const prepared = prepareText(text, design, settings, 'baseline')
  const { diagnostics } = prepared
  const model = oneModel(prepared, settings)
  if (model === null) {
    if (settings.isJson) io.out(toJson(envelope({ version, diagnostics, results: [] })))
    else diagnosticsTo(context, settings, design, text)(diagnostics)
    return exitCodes.invalid
  }
  checkLoad(model)
  const flow = textOf(options['flow'])
  if (flow !== null) checkFlow(flow, model)
  const steps = createSteps(io, { isQuiet: settings.isQuiet })
  const subject = { text, design, settings, prepared, model, range, isPlayed: options['simulate'] === true }
  const found = explore({ ...subject, onStep: steps.step })
  steps.end()
  const report: KneeReport = {
    file: design.file,
    version,
    ...found,
    flow: flow ?? flowToShow(found.knee, askedOf(model)),
    wall: (performance.now() - start) / 1000,
    command: command(context, settings, design.file),
  }
  const file = textOf(options['svg'])
  if (file !== null) await writeFileSafely(path.resolve(io.cwd, file), kneeSvg(report))
  if (settings.isJson) io.out(toJson(envelope({ version, diagnostics, results: [found.result], knee: found.knee })))
  else {
    if (settings.isFull) diagnosticsTo(context, settings, design, text)(diagnostics)
    io.out(kneeText(report, { isFull: settings.isFull, isQuiet: settings.isQuiet, style: styleOf(io, settings) }))
  }
  return found.result.objectives.some(({ verdict }) => verdict === 'missed') ? exitCodes.missed : exitCodes.fine
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const listed = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : [])

/** Smallest and largest load that can be asked for. */
const LEAST = 0.01
const MOST = 16

function rangeOf(options: Context['options']): Pick<KneeOptions, 'from' | 'to'> {
  const read = (name: string, left: number): number => {
    const text = textOf(options[name])
    if (text === null) return left
    const value = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1]) / 100
    if (value >= LEAST && value <= MOST) return value
    throw new OperationError(`--${name} takes a percentage from 1% to 1600%; got "${text}"`, { exitCode: 2 })
  }
  const [from, to] = [read('from', 0.1), read('to', 1.5)]
  if (from < to) return { from, to }
  const message = `--from has to be less than --to; got ${100 * from}% and ${100 * to}%`
  throw new OperationError(message, { exitCode: 2 })
}

/** The situation whose load is turned; null = there is none, because of errors. */
function oneModel({ models, diagnostics }: Prepared, { scenarios }: RunSettings): Model | null {
  const [model] = models
  if (model === undefined || diagnostics.some(({ severity }) => severity === 'error')) return null
  if (models.length === 1) return model
  const message = `knee looks at one situation; \`${scenarios[0] ?? ''}\` is a sweep of ${models.length}`
  throw new OperationError(message, { exitCode: 2, hint: 'give its values by --set' })
}

/** Without any load there is none to turn up. */
function checkLoad({ flows, sources }: Model): void {
  const missing = (what: string, hint: string): OperationError =>
    new OperationError(`knee turns the load of a design up and down, and ${what}`, { exitCode: 2, hint })
  if (flows.length === 0) throw missing('this one has no flow', 'write `flows`: what is asked for, step by step')
  const isAsked = sources.some(({ arrivals }) =>
    arrivals.kind === 'closed' ? arrivals.population > 0 : arrivals.rate > 0,
  )
  if (!isAsked) throw missing('nobody asks this one for anything', 'give an actor of `load` a rate above 0')
}

function checkFlow(flow: string, { flows }: Model): void {
  const names = flows.map(({ id }) => id)
  if (names.includes(flow)) return
  const near = nearestNames(flow, names)[0]
  const hint = near === undefined ? `flows: ${names.join(', ')}` : `did you mean ${near}?`
  throw new OperationError(`there is no flow "${flow}"`, { exitCode: 2, hint })
}

const askedOf = ({ flows }: Model): readonly string[] =>
  flows.filter(({ isConsumer, isHostile }) => !isConsumer && !isHostile).map(({ id }) => id)

interface Subject {
  readonly text: string
  readonly design: DesignText
  readonly settings: RunSettings
  readonly prepared: Prepared
  readonly model: Model
  readonly range: Pick<KneeOptions, 'from' | 'to'>
  /** Some loads are simulated, too. */
  readonly isPlayed: boolean
  /** What is done at the moment. */
  readonly onStep: (text: string) => void
}

/** Of each load that is played: a second or so. */
const PLAYED_EVENTS_MOST = 2e6

function explore(subject: Subject): Pick<KneeReport, 'knee' | 'result' | 'solved'> {
  // Nothing returns to the event loop from here, where listeners would hear of a signal: the system ends the command.
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal)
  const { text, prepared, model, range, isPlayed, onStep } = subject
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  let solved = 0
  let what = 'the curve'
  const unknowns = prepared.worlds[0]?.unknowns ?? []
  const engine = (one: Model, isBrief = false): At =>
    engineOf(one, { hash, unknowns, isBrief, onSolved: () => onStep(`${what} · ${++solved} loads solved`) })
  const { at } = remembered(engine(model))
  const { fills: _fills, users_ratio: _users, ...solvedNow } = at(1)
  const result = {
    ...solvedNow,
    findings: [...solvedNow.findings, ...prepared.diagnostics.map(finding)],
  }
  const options = { ...range, asked: askedOf(model) }
  const knee = kneeOf(at, options)
  what = 'what would help'
  const levers = leversFor(subject, { knee, result, options }, (one) => engine(one, true))
  const played = (isPlayed ? loadsToPlay(knee) : []).map((load) => {
    onStep(`simulating ${Math.round(100 * load)}% of the load`)
    return pointOf(load, simulate(atLoad(model, load), { eventsMax: PLAYED_EVENTS_MOST }))
  })
  return { knee: { ...knee, levers, played }, result, solved }
}

interface Found {
  readonly knee: Knee
  readonly result: Result
  readonly options: KneeOptions
}

/** The same path as that of `--set`: what the design does not take is refused there, and is no lever. */
function leversFor(
  { text, design, settings, prepared, model }: Subject,
  { knee, result, options }: Found,
  engine: (model: Model) => At,
): readonly LeverEffect[] {
  const written = prepared.design
  if (written === null) return []
  const levers = turnedFirst(knee.saturations, model, result, firstMissed(knee.crossings)).flatMap(
    ({ component, isCache }) =>
      leversOf(
        { component, settings: [...settingsOf(written, component), ...partitionsOf(model, component)] },
        isCache,
      ).map((lever) => ({
        ...lever,
        component,
      })),
  )
  const first = firstMissed(knee.crossings)
  const objective = first === null ? null : knee.crossings.indexOf(first)
  return leverEffects(
    levers,
    (sets) => {
      const changed = prepareText(text, design, { ...settings, sets: [...settings.sets, ...sets] }, 'baseline')
      const [one] = changed.models
      return one === undefined || changed.diagnostics.some(({ severity }) => severity === 'error') ? null : engine(one)
    },
    { ...options, objective, cost: result.cost_usd_per_month.total },
  )
}

/** What to type to get the same numbers again. */
function command({ options }: Context, settings: RunSettings, file: string): string {
  const given = (name: string): readonly string[] => {
    const value = textOf(options[name])
    return value === null ? [] : [`--${name}`, quoted(value)]
  }
  return [
    'loadpath knee',
    quoted(file === '<stdin>' ? '-' : file),
    ...['scenario', 'variant', 'environment'].flatMap(given),
    ...settings.sets.flatMap(({ path: at, value }) => ['--set', quoted(`${at}=${value}`)]),
    ...['flow', 'from', 'to'].flatMap(given),
    ...(options['simulate'] === true ? ['--simulate'] : []),
  ].join(' ')
}
