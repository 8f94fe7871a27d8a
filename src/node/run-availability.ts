import { createHash } from 'node:crypto'
import {
  analyse,
  availabilityOf,
  type AvailabilityReport,
  availabilityText,
  dataSafety,
  envelope,
  isGoalMissed,
  survivals,
  toJson,
} from '../core/index.ts'
import type { Context } from './commands/define.ts'
import { FILE_SIZE_MOST, readDesign } from './design-file.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { diagnosticsTo, prepareText, quoted, styleOf } from './run-design.ts'
import { readRunSettings } from './run-options.ts'
import { textOfTypeScript } from './typescript-design.ts'

/** From a design file to what failures do to it. */
export async function runAvailability(context: Context): Promise<ExitCode> {
  const start = performance.now()
  const { io, options, version } = context
  const settings = readRunSettings(options)
  const design = await readDesign(context.args[0], io, { sizeMost: settings.limits['file-size'] ?? FILE_SIZE_MOST })
  const text = design.text ?? (await textOfTypeScript(design))
  const prepared = prepareText(text, design, settings, 'baseline')
  const { diagnostics } = prepared
  const [model] = prepared.models
  const isRefused = diagnostics.some(({ severity }) => severity === 'error')
  if (model === undefined || prepared.design === null || isRefused) {
    if (settings.isJson) io.out(toJson(envelope({ version, diagnostics, results: [] })))
    else diagnosticsTo(context, settings, design, text)(diagnostics)
    return exitCodes.invalid
  }
  // Nothing returns to the event loop from here, where listeners would hear of a signal: the system ends the command.
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal)
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const result = analyse(model, { hash })
  const found: AvailabilityReport = {
    name: model.name === '' ? design.file : model.name,
    availability: availabilityOf(model),
    survive: survivals(
      model,
      prepared.design.requirements.survive.map(({ text: failure }) => failure),
    ),
    data_safety: dataSafety(prepared.design, model),
    version,
    wall: (performance.now() - start) / 1000,
    command: command(context, design.file),
  }
  const { availability, survive, data_safety } = found
  if (settings.isJson) {
    const beside = { availability, survive, data_safety }
    io.out(toJson(envelope({ version, diagnostics, results: [result], beside })))
  } else {
    if (settings.isFull) diagnosticsTo(context, settings, design, text)(diagnostics)
    io.out(availabilityText(found, { isFull: settings.isFull, style: styleOf(io, settings) }))
  }
  const isMissed =
    survive.some(({ verdict }) => verdict === 'missed') || data_safety.some(({ goals }) => goals.some(isGoalMissed))
  return isMissed ? exitCodes.missed : exitCodes.fine
}

/** What to type to get the same numbers again. */
function command({ options }: Context, file: string): string {
  const given = ['variant', 'environment'].flatMap((name) => {
    const value = options[name]
    return typeof value === 'string' ? [`--${name}`, quoted(value)] : []
  })
  const sets = Array.isArray(options['set']) ? options['set'].flatMap((one) => ['--set', quoted(String(one))]) : []
  return ['loadpath availability', quoted(file === '<stdin>' ? '-' : file), ...given, ...sets].join(' ')
}
