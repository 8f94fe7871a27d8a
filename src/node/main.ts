import { Command as Parser, CommanderError } from 'commander'
import { AssertionFailure } from '../core/base/assert.ts'
import type { Command } from './commands/define.ts'
import { commandHelp, helpWidth, overview, unknownCommand } from './commands/help.ts'
import { commands } from './commands/index.ts'
import { exitCodes } from './exit-code.ts'
import type { Io } from './io.ts'
import { OperationError } from './operation-error.ts'
import { packageVersion } from './version.ts'

/** Reads the command line, runs one command, and turns whatever happens into an exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await runCommand(argv, io)
  } catch (error) {
    return await explainFailure(error, argv, io)
  }
}

async function runCommand(argv: readonly string[], io: Io): Promise<number> {
  const version = packageVersion()
  const [first] = argv
  if (first === undefined || first === '-h' || first === '--help') {
    io.out(overview(commands, helpWidth(io)))
    return exitCodes.fine
  }
  if (first === '-V' || first === '-v' || first === '--version') {
    io.out(`${version}\n`)
    return exitCodes.fine
  }
  const command = commands.find((candidate) => candidate.name === first)
  if (!command) throw unknownCommand(first, commands)
  if (argv.includes('-h') || argv.includes('--help')) {
    io.out(commandHelp(command, helpWidth(io)))
    return exitCodes.fine
  }
  const { args, options } = parseArguments(command, argv.slice(1))
  return command.run({ io, version, args, options, commands })
}

function parseArguments(command: Command, argv: readonly string[]) {
  const parser = new Parser(command.name).exitOverride().helpOption(false).allowExcessArguments(false)
  parser.configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
  for (const { spec, about } of command.argument) parser.argument(spec, about)
  for (const { flags, about, isRepeatable } of command.options) {
    if (isRepeatable) parser.option(flags, about, (value: string, before: readonly string[]) => [...before, value], [])
    else parser.option(flags, about)
  }
  parser.parse([...argv], { from: 'user' })
  return { args: parser.args, options: parser.opts<Record<string, unknown>>() }
}

async function explainFailure(error: unknown, argv: readonly string[], io: Io): Promise<number> {
  if (io.interrupted.aborted && error instanceof OperationError) return exitCodes.interrupted
  const failure = error instanceof CommanderError ? usageError(error, argv) : error
  if (!(failure instanceof OperationError)) return reportBug(error, argv, io)
  const { message, hint, exitCode } = failure
  io.err(`loadpath: ${message}\n${hint === undefined ? '' : `  = hint: ${hint}\n`}`)
  if (argv.includes('--json')) {
    const { failureEnvelope, toJson } = await import('../core/index.ts')
    const code = exitCode === exitCodes.invalid ? 'usage' : 'environment'
    io.out(toJson(failureEnvelope(packageVersion(), code, { message, hint })))
  }
  return exitCode
}

function usageError(error: CommanderError, argv: readonly string[]): OperationError {
  const [text = '', ...more] = error.message.replace(/^error: /, '').split('\n')
  const meant = /Did you mean ([^?]+)\?/.exec(more.join(' '))?.[1]
  const help = `loadpath help ${argv[0] ?? ''}`
  const hint = meant === undefined ? `see ${help}` : `did you mean ${meant}? see ${help}`
  return new OperationError(text.replaceAll("'", '"'), { exitCode: 2, hint })
}

/** Our fault: everything that is needed to find it again. */
function reportBug(error: unknown, argv: readonly string[], io: Io): number {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const kind = error instanceof AssertionFailure ? 'an internal check failed' : 'an unexpected error'
  const seed = argv[argv.indexOf('--seed') + 1]
  io.err(
    [
      `loadpath: this is a bug in loadpath: ${kind}: ${message}`,
      `  version ${packageVersion()} · node ${process.versions.node} · seed ${argv.includes('--seed') ? seed : 1}`,
      `  command: loadpath ${argv.join(' ')}`,
      '  please report it with the design that shows it; what follows helps to find it',
      stack ?? '',
      '',
    ].join('\n'),
  )
  return exitCodes.bug
}
