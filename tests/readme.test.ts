import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')
const cli = path.join(root, 'dist', 'loadpath.mjs')

/** Times on the wall differ from run to run; everything else is the same on every machine. */
const withoutWallTime = (text: string): string => text.replace(/(events) · \d[\d.]* m?s$/m, '$1')

const run = (args: string): string => {
  const { stdout, stderr } = spawnSync(process.execPath, [cli, ...args.split(' ')], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '100', LANG: 'C.UTF-8' },
  })
  return withoutWallTime(stdout === '' ? stderr : stdout).trimEnd()
}

const block = /```console\n\$ npm start -- (.*)\n([\s\S]*?)```/g

/** What the README shows is what is printed. `UPDATE_GOLDEN=1` writes it. */
describe('README.md', () => {
  const file = path.join(root, 'README.md')
  const text = readFileSync(file, 'utf8')
  it('shows what the commands print', () => {
    const fresh = text.replace(
      block,
      (_, args: string) => `\`\`\`console\n$ npm start -- ${args}\n${run(args)}\n\`\`\``,
    )
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, fresh)
    else expect(fresh).toBe(text)
    expect(text.match(block)?.length).toBe(4)
  })
  it('has the first example as it stands', () => {
    const example = readFileSync(path.join(root, 'examples/first/first.loadpath.yaml'), 'utf8')
    expect(text).toContain(example.slice(example.indexOf('loadpath: 1')).trim())
  })
})
