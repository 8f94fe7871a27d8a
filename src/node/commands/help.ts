import { nearestNames } from '../../core/base/nearest.ts'
import { exitCodes } from '../exit-code.ts'
import { OperationError } from '../operation-error.ts'
import { type Command, defineCommand } from './define.ts'

/** Help for one command, or the list of all. */
export const help = defineCommand({
  name: 'help',
  summary: 'how to use a command; `help exit-codes` lists the exit codes',
  argument: [{ spec: '[topic]', about: 'a command, or exit-codes' }],
  examples: [
    { line: 'loadpath help', about: 'all commands' },
    { line: 'loadpath help check', about: 'options of one command' },
    { line: 'loadpath help exit-codes', about: 'what each exit code means' },
  ],
  options: [],
  run: async ({ io, args, commands }) => {
    const [topic] = args
    if (topic === undefined) io.out(overview(commands))
    else if (topic === 'exit-codes') io.out(exitCodeText)
    else {
      const command = commands.find((candidate) => candidate.name === topic)
      if (!command) throw unknownCommand(topic, commands)
      io.out(commandHelp(command))
    }
    return exitCodes.fine
  },
})

export function unknownCommand(name: string, commands: readonly Command[]): OperationError {
  const near = nearestNames(
    name,
    commands.map((command) => command.name),
  )[0]
  const hint =
    near === undefined ? `commands: ${commands.map((command) => command.name).join(', ')}` : `did you mean ${near}?`
  return new OperationError(`"${name}" is not a command`, { exitCode: 2, hint })
}

export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length))
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return [
    "loadpath: prove a system's design, or break it, with numbers, before it is built",
    '',
    '  loadpath init                        write a first design, with comments',
    '  loadpath check                       does it hold?',
    '  loadpath explain <code>              what a message means',
    '',
    'commands',
    ...lines,
    '',
    'loadpath help <command> shows its options; -V shows the version',
    '',
  ].join('\n')
}

/** Examples first, then options. */
export function commandHelp({ name, summary, argument, examples, options }: Command): string {
  const flags = options.map(({ flags: text }) => text)
  const width = Math.max(0, ...flags.map((text) => text.length), ...argument.map(({ spec }) => spec.length))
  const row = (left: string, right: string): string => `  ${left.padEnd(width)}  ${right}`
  return [
    `loadpath ${name}: ${summary}`,
    '',
    ...examples.flatMap(({ line, about }) => [`  ${line}`, `      ${about}`]),
    '',
    `usage: ${['loadpath', name, ...argument.map(({ spec }) => spec), ...(options.length > 0 ? ['[options]'] : [])].join(' ')}`,
    ...argument.map(({ spec, about }) => row(spec, about)),
    ...options.map(({ flags: text, about }) => row(text, about)),
    '',
  ].join('\n')
}

const exitCodeText = `exit codes
    0  fine
    1  objectives missed, or findings at the level of --fail-on
    2  the input or the command line is wrong
    3  the environment: a file, a disk, a thread
    4  the result is not usable: objectives undecided or the budget spent before the precision was reached
   70  a bug in loadpath
  130  interrupted (Ctrl-C), 143 terminated
`
