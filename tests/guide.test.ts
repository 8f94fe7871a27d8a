import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

/**
 * Pages of the guide are true: files that they show (```yaml name) are written, commands (`$ ...` in ```console) are run
 * one after the other in one folder, and what they print is what stands under them. `UPDATE_GOLDEN=1` writes it there.
 * How long something took is left out.
 */
const root = path.resolve(import.meta.dirname, '..')
const guide = path.join(root, 'docs/guide')
const scratch = mkdtempSync(path.join(tmpdir(), 'loadpath-guide-'))
const isUpdate = process.env['UPDATE_GOLDEN'] === '1'

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe.skipIf(process.platform === 'win32')('the guide', () => {
  const bin = path.join(scratch, 'bin')
  mkdirSync(bin)
  const script = `#!/bin/sh\nexec '${process.execPath}' '${path.join(root, 'dist/loadpath.mjs')}' "$@"\n`
  writeFileSync(path.join(bin, 'loadpath'), script)
  // As `npx loadpath` in a project that has it.
  writeFileSync(path.join(bin, 'npx'), '#!/bin/sh\nexec "$@"\n')
  for (const name of readdirSync(bin)) chmodSync(path.join(bin, name), 0o755)

  for (const name of readdirSync(guide).filter((file) => file.endsWith('.md'))) {
    it(`${name} prints what it says`, async () => {
      const folder = path.join(scratch, name.replace('.md', ''))
      mkdirSync(folder)
      const file = path.join(guide, name)
      const text = readFileSync(file, 'utf8')
      const played = await playPage(text, folder, bin)
      if (isUpdate) writeFileSync(file, played)
      expect(played).toBe(isUpdate ? played : text)
    })
  }
})

/** The page with the output of its commands as it is now. */
async function playPage(text: string, folder: string, bin: string): Promise<string> {
  const parts: string[] = []
  let at = 0
  for (const match of text.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)) {
    const [whole, language = '', name, body = ''] = match
    if (name !== undefined) writeShown(path.join(folder, name), body)
    const start = match.index + whole.length - body.length - '```'.length
    parts.push(text.slice(at, start), language === 'console' ? await playBlock(body, folder, bin) : body)
    at = start + body.length
    for (const line of runLines(name, body)) await run(line, folder, bin)
  }
  return [...parts, text.slice(at)].join('')
}

function writeShown(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** What a workflow would run of ours has to be possible. */
const runLines = (name: string | undefined, body: string): readonly string[] =>
  name?.startsWith('.github/') === true
    ? [...body.matchAll(/^ *- run: (npx loadpath .*)$/gm)].map(([, line = '']) => `set -e; ${line}`)
    : []

/** Commands and, under each, what it prints. Lines that start with `> ` go on with the command before. */
async function playBlock(body: string, folder: string, bin: string): Promise<string> {
  const commands: string[] = []
  for (const line of body.split('\n')) {
    if (line.startsWith('$ ')) commands.push(line)
    else if (line.startsWith('> ') && commands.length > 0) commands.push(`${commands.pop() ?? ''}\n${line}`)
  }
  const blocks: string[] = []
  for (const command of commands) {
    const output = await run(command.slice(2).replaceAll('\n> ', '\n'), folder, bin)
    blocks.push(`${command}\n${plain(output)}`)
  }
  return blocks.join('')
}

/** Without the time that it took, and without what is only there when the machine is slow. */
const plain = (output: string): string =>
  output
    .split('\n')
    .filter((line) => !line.startsWith('simulating · '))
    .map((line) => line.replace(/^(seed .* events|analysis .* loads) · [\d.]+ \w+$/, '$1').trimEnd())
    .join('\n')

function run(command: string, folder: string, bin: string): Promise<string> {
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, LC_ALL: 'C.UTF-8', NO_COLOR: '1', HOME: folder }
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', `exec 2>&1; ${command}`], { cwd: folder, env })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (more: string) => (output += more))
    child.on('error', reject)
    child.on('close', (exitCode) => {
      const isBroken = /this is a bug in loadpath/.test(output) || (command.startsWith('set -e') && exitCode !== 0)
      if (isBroken) reject(new Error(`${command}\n${output}`))
      else resolve(output)
    })
  })
}
