import { nearestNames } from '../../core/base/nearest.ts'
import { exitCodes } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { OperationError } from '../operation-error.ts'
import { wrap } from '../wrap.ts'
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
    if (topic === undefined) io.out(overview(commands, helpWidth(io)))
    else if (topic === 'exit-codes') io.out(exitCodeText)
    else {
      const command = commands.find((candidate) => candidate.name === topic)
      if (!command) throw unknownCommand(topic, commands)
      io.out(commandHelp(command, helpWidth(io)))
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

/** Columns of help where nobody says how wide the terminal is. */
const WIDTH = 100

/** Columns of help: those of the terminal, at most 100. */
export const helpWidth = ({ isOutTerminal, env, width }: Pick<Io, 'isOutTerminal' | 'env' | 'width'>): number =>
  isOutTerminal || env['COLUMNS'] !== undefined ? Math.min(WIDTH, Math.max(40, width)) : WIDTH

export function overview(commands: readonly Command[], width = WIDTH): string {
  const room = Math.max(...commands.map((command) => command.name.length)) + 4
  const uses = ['loadpath init', 'loadpath check', 'loadpath explain <code>']
  const about = ['write a first design, with comments', 'does it hold?', 'what a message means']
  return [
    ...wrap("loadpath: prove a system's design, or break it, with numbers, before it is built", width, '  '),
    '',
    ...uses.flatMap((use, i) => row(use, about[i] ?? '', 28, width)),
    '',
    'commands',
    ...commands.flatMap(({ name, summary }) => row(name, summary, room, width)),
    '',
    ...wrap('loadpath help <command> shows its options; -V shows the version', width, '  '),
    '',
  ].join('\n')
}

/** A word and what it means; under each other where the terminal is narrow. */
function row(left: string, right: string, room: number, width: number): readonly string[] {
  if (width - room < 20) return [`  ${left}`, ...wrap(`      ${right}`, width, '      ')]
  return wrap(`  ${left.padEnd(room - 4)}  ${right}`, width, ' '.repeat(room))
}

/** Examples first, then options. */
export function commandHelp({ name, summary, argument, examples, options }: Command, width = WIDTH): string {
  const flags = options.map(({ flags: text }) => text)
  const room = Math.max(0, ...flags.map((text) => text.length), ...argument.map(({ spec }) => spec.length)) + 4
  const usage = ['loadpath', name, ...argument.map(({ spec }) => spec), ...(options.length > 0 ? ['[options]'] : [])]
  return [
    ...wrap(`loadpath ${name}: ${summary}`, width, '  '),
    '',
    ...examples.flatMap(({ line, about }) => [
      ...wrap(`  ${line}`, width, '    '),
      ...wrap(`      ${about}`, width, '      '),
    ]),
    '',
    ...wrap(`usage: ${usage.join(' ')}`, width, '  '),
    ...argument.flatMap(({ spec, about }) => row(spec, about, room, width)),
    ...options.flatMap(({ flags: text, about }) => row(text, about, room, width)),
    '',
  ].join('\n')
}

const exitCodeText = `exit codes
    0  fine
    1  objectives missed, or whatever else is as bad as --fail-on says
    2  the input or the command line is wrong
    3  the environment: a file, a disk, a thread
    4  the result is not usable: objectives undecided (1 with --fail-on undecided, warning or note), or the
       budget spent before the precision was reached
   70  a bug in loadpath
  130  interrupted (Ctrl-C), 143 terminated
`
