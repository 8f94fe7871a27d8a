import { commandHelp, overview } from '../../src/node/commands/help.ts'
import { help } from '../../src/node/commands/help.ts'
import { commands } from '../../src/node/commands/index.ts'
import { defaultLimits } from '../../src/core/text/limits.ts'
import { code, fence, GENERATED, page, table } from './markdown.ts'

/** Every command as its help shows it. */
export async function commandsPage(): Promise<string> {
  const shared = new Map<string, string>()
  return page([
    '# Commands',
    GENERATED,
    fence('', overview(commands)),
    ...commands.flatMap((command) => {
      const key = JSON.stringify(command.options)
      const before = command.options.length > 3 ? shared.get(key) : undefined
      shared.set(key, command.name)
      return [
        `## \`loadpath ${command.name}\``,
        `${command.summary}.`,
        fence('', usage(commandHelp({ ...command, options: before === undefined ? command.options : [] }))),
        ...(before === undefined ? [] : [`It takes the options of [\`loadpath ${before}\`](#loadpath-${before}).`]),
      ]
    }),
    '## Exit codes',
    fence('', await exitCodes()),
    '## Limits of the reader',
    'What `--limit <name>=<number>` raises:',
    table(
      ['limit', 'default'],
      Object.entries(defaultLimits).map(([name, value]) => [code(name), `${value}`]),
    ),
  ])
}

/** Help without its first line, which is the heading here. */
const usage = (text: string): string => text.split('\n').slice(2).join('\n')

async function exitCodes(): Promise<string> {
  let text = ''
  const io = { out: (more: string) => void (text += more) }
  await help.run({ io, args: ['exit-codes'], commands, version: '', options: {} } as unknown as Parameters<
    typeof help.run
  >[0])
  return text
}
