import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The command as it is built. */
export const cli = path.join(root, 'dist', 'loadpath.mjs')

/** A folder of its own, which is no part of a repository above it. */
export function newFolder(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `loadpath-${name}-`))
  mkdirSync(path.join(folder, '.git'))
  return folder
}

/** Builds the command, and writes a design that meets its objective and one that does not. */
export function prepareCli(folder: string): void {
  expect(spawnSync(process.execPath, [path.join(root, 'scripts/task.mjs'), 'build']).status).toBe(0)
  writeFileSync(path.join(folder, 'good.loadpath.yaml'), queue('80/s', 'p99 < 1 s'))
  writeFileSync(path.join(folder, 'slow.loadpath.yaml'), queue('98/s', 'p50 < 10 ms'))
}

/** M/M/1 with 100 answers a second at most. */
export const queue = (rate: string, limit: string): string => `loadpath: 1
name: queue
network: ideal
load: { users: { rate: ${rate}, mix: { ask: 100% } } }
components: { desk: { kind: station, servers: 1 } }
flows: { ask: { from: users, steps: [{ call: desk, do: [{ work: exp(10 ms) }] }] } }
requirements: { objectives: { ask: ['${limit}'] } }
`

export const commandIn =
  (folder: string) =>
  (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' })
    return { status, stdout, stderr }
  }
