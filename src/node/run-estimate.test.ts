import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { EstimateEnvelope } from '../core/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cli = path.join(root, 'dist', 'loadpath.mjs')
const folder = mkdtempSync(path.join(tmpdir(), 'loadpath-estimate-'))
mkdirSync(path.join(folder, '.git'))

beforeAll(() => {
  expect(spawnSync(process.execPath, [path.join(root, 'scripts/task.mjs'), 'build']).status).toBe(0)
  writeFileSync(path.join(folder, 'shop.loadpath.yaml'), shop)
  writeFileSync(path.join(folder, 'wrong.loadpath.yaml'), shop.replace('postgres', 'postgers'))
})

const shop = `loadpath: 1
name: shop
assume:
  people: { is: 1 M, range: 500 k..2 M, why: the plan of marketing }
load: { people: { users: = people, does: { buy: 8 per user per day }, peak: 3x } }
components:
  api: { kind: service }
  db: { kind: postgres, tables: { orders: { rows: { is: 10 M, growth: 1 M/d }, row: 500 B } } }
flows:
  buy: { from: people, steps: [{ call: api, do: [{ work: 2 ms }, { write: db.orders }, { reply: 2 KB }] }] }
`

function loadpath(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { FORCE_COLOR: _, ...kept } = process.env
  const options = { cwd: folder, encoding: 'utf8', env: { ...kept, ...env } } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'estimate', ...args], options)
  return { status, stdout, stderr }
}

describe('loadpath estimate', () => {
  it('prints the numbers, what one machine lacks and what is not known', () => {
    const { status, stdout } = loadpath(['shop.loadpath.yaml'], { NO_COLOR: '1' })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^shop: 278\/s at the peak; 556 KB\/s out; 1\.02 TB stored after 5 years, with all copies;/)
    expect(stdout).toMatch(/^ *buy +278\/s \(139\/s \.\. 556\/s\) +92\.6\/s/m)
    expect(stdout).toMatch(/^db\.orders +5 GB +500 MB +188 GB +553 GB +918 GB +1\.02 TB$/m)
    expect(stdout).toContain('buy: how large a request is; `send: 1 KB` beside its first `call` would say it')
    // oxlint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/\u001b/)
  })

  it('opens a number down to what is written, with the reason of an assumption', () => {
    const { stdout } = loadpath(['shop.loadpath.yaml', '--why', 'load.buy.peak'])
    expect(stdout).toMatch(/^requests a second at the peak of buy: 278\/s \(139\/s \.\. 556\/s\) \[load\.buy\.peak\]\n/)
    expect(stdout).toContain('= people × buy of each × peak over average')
    expect(stdout).toContain('= 1 M × 8/d × 3')
    expect(stdout).toContain('range: 90 %, from what is not known of people')
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'people: 1 M, written: `= people` at load.people.users, shop.loadpath.yaml:5; assumed: people (the plan of marketing)',
    )
  })

  it('keeps to a narrow terminal, and to ASCII', () => {
    const { stdout } = loadpath(['shop.loadpath.yaml', '--ascii', '--full'], { COLUMNS: '50' })
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(50)
    // oxlint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[^\x00-\x7f]/)
  })

  it('gives everything as JSON, or one number with those behind it', () => {
    const read = (...args: readonly string[]): EstimateEnvelope['result']['estimate'] => {
      const { status, stdout } = loadpath(['shop.loadpath.yaml', '--json', ...args])
      expect(status).toBe(0)
      const { result } = JSON.parse(stdout) as EstimateEnvelope
      expect(result.design.name).toBe('shop')
      return result.estimate
    }
    const all = read('--years', '10', '--machine', '{ cpu: 1, memory: 8 GB }')
    expect(all.machine).toMatchObject({ cpu: 1, memory_bytes: 8e9, iops_per_s: 3000 })
    const line = all.lines.find(({ id }) => id === 'storage.db.orders.10y')
    expect(line).toMatchObject({ value: (10e6 + 10 * 365e6) * 500, unit: 'bytes', low: null })
    const behind = read('--why', 'storage.db.orders.3y').lines.map(({ id }) => id)
    expect(behind).toEqual(['storage.db.orders.rows.3y', 'storage.db.orders.3y'])
  })

  it.each([
    [['shop.loadpath.yaml', '--why', 'load.buy.paek'], 'did you mean load.buy.peak?'],
    [['shop.loadpath.yaml', '--why', 'storage.db.orders'], 'there are storage.db.orders.now'],
    [['shop.loadpath.yaml', '--years', '0'], '--years takes whole numbers from 1 to 100'],
    [['shop.loadpath.yaml', '--machine', 'cpus: 3'], '--machine: '],
    [['wrong.loadpath.yaml'], 'postgres'],
  ])('says what is wrong with %j', (args, text) => {
    const { status, stderr } = loadpath(args)
    expect(status).toBe(2)
    expect(stderr).toContain(text)
  })
})
