import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Knee } from '../core/index.ts'
import { cli, commandIn, newFolder, prepareCli, queue } from './cli.test-support.ts'

const folder = newFolder('knee')
const loadpath = commandIn(folder)
const rates = "scenarios: { rates: { sweep: { 'load.users.rate': [40/s, 80/s] } } }\n"

/** Three partitions that 20 ms a message keep busy at 150 a second; each of two instances lets 50 a second through. */
const pipe = `loadpath: 1
name: pipe
network: ideal
load: { users: { rate: 80/s, mix: { ask: 100% } } }
components:
  api: { kind: service, instances: 2, size: { cpu: 2, memory: 4 GiB }, limits: { rate: 50/s, concurrency: 20 } }
  events: { kind: stream, brokers: 3, topics: { orders: { partitions: 3 } } }
  mailer: { kind: worker, instances: 8, size: { cpu: 2, memory: 4 GiB } }
flows:
  ask: { from: users, steps: [{ call: api, do: [{ work: 5 ms }, { publish: events.orders }] }] }
  mail: { consume: events.orders, by: mailer, steps: [{ work: 20 ms }] }
requirements: { objectives: { ask: ['p99 < 100 ms'] } }
`

const closed = queue('1/s', 'p99 < 1 s').replace('rate: 1/s', 'population: 50, think: 1 s')

beforeAll(() => {
  prepareCli(folder)
  writeFileSync(path.join(folder, 'rates.yaml'), `${queue('80/s', 'p99 < 1 s')}${rates}`)
  writeFileSync(path.join(folder, 'pipe.yaml'), pipe)
  writeFileSync(path.join(folder, 'closed.yaml'), closed)
  writeFileSync(path.join(folder, 'no-flow.yaml'), pipe.slice(0, pipe.indexOf('flows:')).replace(/^load:.*\n/m, ''))
})

function kneeIn(...args: readonly string[]): Knee {
  const { stdout } = loadpath('knee', ...args, '--json')
  return (JSON.parse(stdout) as { result: { knee: Knee } }).result.knee
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
    [['--set', 'load.users.rate=0/s'], 'nobody asks this one for anything'],
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

  it('does not turn what is no load', () => {
    expect(loadpath('knee', 'rates.yaml', '--scenario', 'rates').stderr).toContain('is a sweep of 2')
    const { status, stderr } = loadpath('knee', 'no-flow.yaml')
    expect(stderr).toContain('this one has no flow')
    expect(status).toBe(2)
  })

  it('says when rate limits and partitions are full, by what they let through', () => {
    const { saturations } = kneeIn('pipe.yaml')
    const [limit, partitions] = saturations
    expect(limit).toMatchObject({ component: 'api', resource: 'rate limit', kind: 'limiter' })
    expect(limit?.load_ratio).toBeCloseTo(100 / 80, 3)
    expect(limit?.why).toContain('lets 50 a second through, in each of 2 instances')
    expect(partitions).toMatchObject({ component: 'events', resource: 'partitions for mail', kind: 'partitions' })
    expect(partitions?.load_ratio).toBeCloseTo(150 / 80, 2)
  })

  it('says so too when consumers are full at every load but the lightest', () => {
    const { saturations } = kneeIn('pipe.yaml', '--set', 'load.users.rate=1000/s')
    const partitions = saturations.find(({ kind }) => kind === 'partitions')
    expect(partitions?.load_ratio).toBeCloseTo(0.15, 2)
    const few = kneeIn('pipe.yaml', '--set', 'components.mailer.instances=2', '--set', 'flows.mail.at-once=1')
    // The one who reads two of three partitions is full first.
    const consumers = few.saturations.find(({ kind }) => kind === 'consumers')
    expect(consumers).toMatchObject({ component: 'mailer', resource: 'consumers of events (mail)' })
    expect(consumers?.load_ratio).toBeCloseTo(75 / 80, 1)
  })

  it('finds the users at whom a server never rests, though they only wait for one another', () => {
    const { saturations } = kneeIn('closed.yaml')
    expect(saturations[0]).toMatchObject({ component: 'desk' })
    // (1 s + 10 ms) / 10 ms users of 50.
    expect(saturations[0]?.load_ratio).toBeCloseTo(101 / 50, 2)
  })

  it('moves what is full by levers as the changed design does', () => {
    const { levers } = kneeIn('pipe.yaml')
    const moved = levers.filter(({ sets }) => sets[0]?.path.includes('.api.'))
    expect(moved.map(({ sort }) => sort)).toEqual(['vertical', 'horizontal', 'horizontal', 'pool', 'pool'])
    for (const { sets, saturation, crossing } of moved) {
      const changed = kneeIn('pipe.yaml', ...sets.flatMap(({ path: at, value }) => ['--set', `${at}=${value}`]))
      expect(saturation?.component).toBe(changed.saturations[0]?.component)
      expect((saturation?.load_ratio ?? 0) / (changed.saturations[0]?.load_ratio ?? 1)).toBeCloseTo(1, 1)
      expect((crossing?.until?.load_ratio ?? 0) / (changed.crossings[0]?.until?.load_ratio ?? 1)).toBeCloseTo(1, 1)
    }
  })

  it('says why a lever does nothing', () => {
    const { stdout } = loadpath('knee', 'pipe.yaml', '--ascii')
    expect(stdout.replace(/\s+/g, ' ')).toContain('api rate limit is full first all the same, at 125%')
  })

  it('is quiet when it is told to be, and ends at once at Ctrl-C', async () => {
    const { stdout } = loadpath('knee', 'good.loadpath.yaml', '--quiet', '--ascii')
    expect(stdout).toMatch(/^ok queue: holds up to [^\n]*\n$/)
    const child = spawn(process.execPath, [cli, 'knee', 'pipe.yaml', '--to', '1600%', '--simulate'], { cwd: folder })
    await new Promise((resolve) => setTimeout(resolve, 1000))
    child.kill('SIGINT')
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect(code ?? signal).toBe('SIGINT')
  })
})
