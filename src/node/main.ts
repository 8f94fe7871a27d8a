import { Command as Parser, CommanderError } from 'commander'
import { AssertionFailure } from '../core/base/assert.ts'
import type { Command } from './commands/define.ts'
import { commandHelp, overview, unknownCommand } from './commands/help.ts'
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
    return explainFailure(error, argv, io)
  }
}

async function runCommand(argv: readonly string[], io: Io): Promise<number> {
  const version = packageVersion()
  const [first] = argv
  if (first === undefined || first === '-h' || first === '--help') {
    io.out(overview(commands))
    return exitCodes.fine
  }
  if (first === '-V' || first === '--version') {
    io.out(`${version}\n`)
    return exitCodes.fine
  }
  const command = commands.find((candidate) => candidate.name === first)
  if (!command) throw unknownCommand(first, commands)
  if (argv.includes('-h') || argv.includes('--help')) {
    io.out(commandHelp(command))
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

function explainFailure(error: unknown, argv: readonly string[], io: Io): number {
  if (error instanceof OperationError) {
    io.err(`loadpath: ${error.message}\n${error.hint === undefined ? '' : `  = hint: ${error.hint}\n`}`)
    return error.exitCode
  }
  if (error instanceof CommanderError) {
    const [text = '', ...more] = error.message.replace(/^error: /, '').split('\n')
    const hint = more.join(' ').replace(/[()]/g, '').trim()
    io.err(`loadpath: ${text}\n${hint === '' ? '' : `  = hint: ${hint}\n`}  see: loadpath help ${argv[0] ?? ''}\n`)
    return exitCodes.invalid
  }
  return reportBug(error, argv, io)
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
