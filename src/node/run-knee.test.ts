import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Knee } from '../core/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cli = path.join(root, 'dist', 'loadpath.mjs')
const folder = mkdtempSync(path.join(tmpdir(), 'loadpath-knee-'))
mkdirSync(path.join(folder, '.git'))

beforeAll(() => {
  expect(spawnSync(process.execPath, [path.join(root, 'scripts/task.mjs'), 'build']).status).toBe(0)
  writeFileSync(path.join(folder, 'good.loadpath.yaml'), queue('80/s', 'p99 < 1 s'))
  writeFileSync(path.join(folder, 'slow.loadpath.yaml'), queue('98/s', 'p50 < 10 ms'))
})

/** M/M/1 with 100 answers a second at most. */
const queue = (rate: string, limit: string): string => `loadpath: 1
name: queue
network: ideal
load: { users: { rate: ${rate}, mix: { ask: 100% } } }
components: { desk: { kind: station, servers: 1 } }
flows: { ask: { from: users, steps: [{ call: desk, do: [{ work: exp(10 ms) }] }] } }
requirements: { objectives: { ask: ['${limit}'] } }
scenarios: { rates: { sweep: { 'load.users.rate': [40/s, 80/s] } } }
`

function loadpath(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('loadpath knee', () => {
  it('finds the load at which M/M/1 misses its p99, and what more servers would bring', () => {
    const { status, stdout } = loadpath('knee', 'good.loadpath.yaml', '--json')
    expect(status).toBe(0)
    const { result } = JSON.parse(stdout) as { result: { knee: Knee } }
    const { crossings, flows, saturations, levers } = result.knee
    expect(crossings[0]?.until?.load_ratio).toBeCloseTo((100 - Math.log(100)) / 80, 2)
    expect(flows['ask']?.load_ratio).toBeCloseTo(50 / 80, 2)
    expect(saturations[0]).toMatchObject({ component: 'desk', resource: 'station' })
    expect(saturations[0]?.load_ratio).toBeCloseTo(1.25, 2)
    const [vertical, horizontal] = levers
    expect(vertical?.sets).toEqual([{ path: 'components.desk.servers', value: '2' }])
    expect(vertical?.saturation?.load_ratio).toBeCloseTo(2.5, 2)
    expect(horizontal?.sort).toBe('horizontal')
  })

  it('ends with 1 when an objective is missed at the load as written', () => {
    const { status, stdout } = loadpath('knee', 'slow.loadpath.yaml', '--ascii')
    expect(status).toBe(1)
    expect(stdout).toMatch(/^XX queue: holds up to [\d.]+% of this load, where `ask` misses p50 < 10 ms/)
    expect(stdout).toMatch(/again: loadpath knee slow.loadpath.yaml\n$/)
  })

  it('writes the picture', () => {
    expect(loadpath('knee', 'good.loadpath.yaml', '--svg', 'knee.svg').status).toBe(0)
    expect(readFileSync(path.join(folder, 'knee.svg'), 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
  })

  it('plays some of the loads, and finds what was computed', () => {
    const { stdout } = loadpath('knee', 'good.loadpath.yaml', '--simulate')
    expect(stdout).toMatch(/^simulated {3}at 50% p99 7\d/m)
    expect(stdout).toMatch(/^ +at 100% p99 2\d\d ms \(.*\), computed 230 ms/m)
    expect(stdout).not.toContain('too far off')
    expect(stdout).toMatch(/again: .* --simulate\n$/)
  })

  it.each([
    [['--from', '0.1'], 'a percentage from 1% to 1600%'],
    [['--from', '200%'], '--from has to be less than --to'],
    [['--flow', 'aks'], 'did you mean ask?'],
    [['--scenario', 'rates'], 'is a sweep of 2'],
    [['--svg', 'no/such/folder.svg', '--to', '20%'], 'the folder does not exist'],
  ])('says what is wrong with %j', (args, text) => {
    const { status, stderr } = loadpath('knee', 'good.loadpath.yaml', ...args)
    expect(status).toBe(args[0] === '--svg' ? 3 : 2)
    expect(stderr).toContain(text)
  })

  it('has the diagnostics of a design with mistakes, and no curve', () => {
    const { status, stdout } = loadpath('knee', 'good.loadpath.yaml', '--set', 'components.desk.servers=-1', '--json')
    expect(status).toBe(2)
    expect((JSON.parse(stdout) as { result: unknown }).result).toBeNull()
  })
})
