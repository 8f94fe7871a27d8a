import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { type AvailabilityReport, resultSchema } from '../core/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cli = path.join(root, 'dist', 'loadpath.mjs')
const folder = mkdtempSync(path.join(tmpdir(), 'loadpath-availability-'))
mkdirSync(path.join(folder, '.git'))

beforeAll(() => {
  expect(spawnSync(process.execPath, [path.join(root, 'scripts/task.mjs'), 'build']).status).toBe(0)
  writeFileSync(path.join(folder, 'shop.loadpath.yaml'), shop)
})

const shop = `loadpath: 1
name: shop
places:
  eu:
    region: eu-west-1
    zones: [a, b]
    failures: { node: { mtbf: 2 y, mttr: 10 min }, zone: { mtbf: 5 y, mttr: 2 h } }
requirements:
  objectives: { buy: [success > 99.9%, p99 < 900 ms] }
  survive: [any zone, component payment]
  recovery: { orders: { rpo: 1 s, rto: 10 min } }
load: { users: { rate: 100/s, mix: { buy: 100% } } }
components:
  api: { kind: service, at: eu, instances: 2, size: { cpu: 2 } }
  db:
    kind: postgres
    at: eu
    replicas: { count: 1, mode: async, lag: fixed(40 ms), failover: { detect: 20 s, promote: 30 s } }
    backup: { every: 6 h }
    tables: { orders: { rows: 10 M, row: 500 B, key: id } }
  payment: { kind: external, latency: { p50: 80 ms, p99: 300 ms }, sla: 99.99% }
flows:
  buy: { from: users, steps: [{ call: api, do: [{ work: 5 ms }, { call: payment }, { write: db.orders, rows: 1 }] }] }
policies: { default: { timeout: 1 s } }
`

function loadpath(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('loadpath availability', () => {
  it('says what failures cost, which are survived and what happens to data', async () => {
    const { status, stdout } = loadpath('availability', 'shop.loadpath.yaml', '--full')
    expect(status).toBe(1)
    const text = stdout.replace(/solved in [\d.]+ \w+/, 'solved in no time').replace(/loadpath \d[\d.]*/, 'loadpath')
    await expect(text).toMatchFileSnapshot('../../tests/golden/availability/shop.txt')
  })

  it('prints the same as JSON that follows the schema', () => {
    const { status, stdout } = loadpath('availability', 'shop.loadpath.yaml', '--json')
    expect(status).toBe(1)
    const printed = JSON.parse(stdout) as { result: Omit<AvailabilityReport, 'name'> }
    const validate = new Ajv2020({ strict: false }).compile(resultSchema())
    expect(validate(printed), JSON.stringify(validate.errors)).toBe(true)
    const { availability, survive, data_safety: data } = printed.result
    expect(survive.map(({ verdict }) => verdict)).toEqual(['met', 'missed'])
    const db = data.find(({ component }) => component === 'db')
    expect(db?.losses).toMatchObject([
      { lost: 'leader', rpo_s: 0.04, rto_s: 50 },
      { lost: 'every copy', rpo_s: 6 * 3600 },
    ])
    expect(db?.goals).toMatchObject([{ data: 'orders', missed_for: ['every copy'] }])
    const [first] = availability.system.causes
    expect(first?.cause).toBe('what payment does not promise')
    expect(first?.down_min_per_month).toBeCloseTo(4.32, 3)
  })

  it('ends with 0 when what is to be survived is', () => {
    const args = ['--set', 'requirements.survive=[any zone]', '--set', 'requirements.recovery.orders.rpo=7 h']
    expect(loadpath('availability', 'shop.loadpath.yaml', ...args).status).toBe(0)
  })

  it('refuses what cannot be read, and prints nothing of it', () => {
    const { status, stdout, stderr } = loadpath('availability', 'shop.loadpath.yaml', '--set', 'components.api.cpu=2')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain('components.api.cpu')
  })
})
