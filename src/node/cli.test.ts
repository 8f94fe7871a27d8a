import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { cli, commandIn, newFolder, prepareCli, queue } from './cli.test-support.ts'
import { firstDesign } from './commands/init.ts'

const folder = newFolder('cli')
const loadpath = commandIn(folder)

beforeAll(() => prepareCli(folder))

describe('usage', () => {
  it('lists the commands without arguments', () => {
    const { status, stdout } = loadpath()
    expect(status).toBe(0)
    for (const name of ['check', 'simulate', 'explain', 'init', 'schema', 'help']) expect(stdout).toContain(name)
  })
  it('shows three examples first in the help of a command', () => {
    const { stdout } = loadpath('check', '--help')
    expect(stdout.indexOf('loadpath check shop')).toBeLessThan(stdout.indexOf('--seed'))
    expect(stdout.match(/^ {2}loadpath check/gm)?.length).toBe(3)
  })
  it('guesses the command that was meant', () => {
    const { status, stderr } = loadpath('chekc')
    expect(status).toBe(2)
    expect(stderr).toContain('did you mean check?')
  })
  it('guesses the option that was meant', () => {
    const { status, stderr } = loadpath('check', '--sed', '1')
    expect(status).toBe(2)
    expect(stderr).toContain('--seed')
  })
  it.each([
    ['--precision', '2', 'a percentage such as 2%'],
    ['--seed', 'x', 'a whole number'],
    ['--budget', '60', 'a time with its unit'],
    ['--set', 'a', 'path=value'],
  ])('says what %s takes', (flag, value, expected) => {
    const { status, stderr } = loadpath('check', 'good.loadpath.yaml', flag, value)
    expect(status).toBe(2)
    expect(stderr).toContain(expected)
    expect(stderr).not.toContain('    at ')
  })
})

describe('files', () => {
  it('names the file that was meant', () => {
    const { status, stderr } = loadpath('check', 'good.loadpath.yml')
    expect(status).toBe(2)
    expect(stderr).toContain('did you mean good.loadpath.yaml?')
  })
  it.each([
    ['a folder', '.', 'is a folder'],
    ['a binary file', 'binary.yaml', 'binary file'],
    ['UTF-16', 'utf16.yaml', 'UTF-16'],
    ['a file of 6 MB', 'huge.yaml', '6.0 MB'],
    ['an empty file', 'empty.yaml', 'an empty file'],
    ['a missing folder', 'no/such/file.yaml', 'does not exist'],
  ])('refuses %s with one clear line', (_, file, expected) => {
    writeFileSync(path.join(folder, 'binary.yaml'), Buffer.from([1, 2, 0, 4]))
    writeFileSync(path.join(folder, 'utf16.yaml'), Buffer.from([0xff, 0xfe, 65, 0]))
    writeFileSync(path.join(folder, 'huge.yaml'), 'a'.repeat(6_000_000))
    writeFileSync(path.join(folder, 'empty.yaml'), '')
    const { status, stderr } = loadpath('check', file)
    expect(status).toBe(2)
    expect(stderr).toContain(expected)
    expect(stderr).not.toContain('    at ')
  })
  it('asks which when there are several designs', () => {
    const { status, stderr } = loadpath('check')
    expect(status).toBe(2)
    expect(stderr).toContain('good.loadpath.yaml, slow.loadpath.yaml')
  })
  it('writes a first design that validates, once', () => {
    const here = path.join(folder, 'new')
    mkdirSync(here)
    const first = spawnSync(process.execPath, [cli, 'init'], { cwd: here, encoding: 'utf8' })
    expect(first.status).toBe(0)
    expect(readFileSync(path.join(here, 'loadpath.yaml'), 'utf8')).toBe(firstDesign)
    const second = spawnSync(process.execPath, [cli, 'init'], { cwd: here, encoding: 'utf8' })
    expect(second.status).toBe(2)
    expect(second.stderr).toContain('never overwritten')
    expect(readdirSync(here)).toEqual(['loadpath.yaml'])
  })
  it('says so when the folder cannot be written', () => {
    const { status, stderr } = loadpath('init', '/proc/no/loadpath.yaml')
    expect(status).toBe(3)
    expect(stderr).toContain('cannot write')
  })
})

describe('verdicts', () => {
  it('is 0 when all objectives are met, and says so first', () => {
    const { status, stdout } = loadpath('check', 'good.loadpath.yaml')
    expect(stdout.split('\n')[0]).toBe('✔ queue: the objective is met')
    expect(status).toBe(0)
  })
  it('is 1 when one is missed, with the cause and the command', () => {
    const { status, stdout } = loadpath('check', 'slow.loadpath.yaml')
    expect(status).toBe(1)
    expect(stdout).toContain('root cause  ◆ `ask` misses p50 < 10 ms')
    expect(stdout).toContain('again: loadpath check slow.loadpath.yaml --seed 1')
  })
  it('says which warning makes it fail, also when it is told to be quiet', () => {
    const text = queue('50/s', 'p99 < 1 s').replace('flows:', 'assume: { spare: 3 }\nflows:')
    writeFileSync(path.join(folder, 'warned.yaml'), text)
    const { status, stdout, stderr } = loadpath('check', 'warned.yaml', '--quiet', '--fail-on', 'warning')
    expect(status).toBe(1)
    expect(stdout).toBe('✔ queue: the objective is met\n')
    expect(stderr).toMatch(/^--fail-on warning: line \d+: .*`spare`.* \[[a-z-]+\]\n$/)
  })
  it('fails for what the analysis warns of, too', () => {
    const design = path.join(import.meta.dirname, '../../examples/retry-storm/retry-storm.loadpath.yaml')
    const only = ['--scenario', 'baseline', '--quiet', '--fail-on', 'warning']
    const { status, stderr } = loadpath('solve', design, ...only)
    // The written retries without a brake, and the second steady state that they make.
    expect(stderr).toMatch(/\[unbraked-retry\], and 1 more\n$/)
    expect(status).toBe(1)
  })
  it('says that a full server is beyond its limit, and how far', () => {
    const text = queue('200/s', 'p99 < 1 s').replace(/^requirements.*\n/m, '')
    writeFileSync(path.join(folder, 'over.yaml'), text)
    for (const command of ['solve', 'check']) {
      expect(loadpath(command, 'over.yaml').stdout).toMatch(
        /desk at 100%; beyond its limit, which is at about 0\.5\d*×/,
      )
    }
  })
  it('gives the same numbers whatever the number of threads', () => {
    const numbers = (jobs: string) => {
      const { stdout } = loadpath('check', 'slow.loadpath.yaml', '--json', '--jobs', jobs)
      return stdout.replace(/"wall_s": .*/g, '')
    }
    expect(numbers('1')).toBe(numbers('2'))
  })
  it('prints nothing but JSON with --json, also for a broken design', () => {
    writeFileSync(path.join(folder, 'broken.yaml'), 'loadpath: 1\nname: x\ncomponents: [\n')
    const { status, stdout } = loadpath('check', 'broken.yaml', '--json')
    expect(status).toBe(2)
    const { diagnostics, result } = JSON.parse(stdout)
    expect(result).toBeNull()
    expect(diagnostics.length).toBeGreaterThan(0)
  })
  it('reads a design from standard input', () => {
    const { status, stdout } = spawnSync(process.execPath, [cli, 'check', '-', '--quiet'], {
      cwd: folder,
      encoding: 'utf8',
      input: queue('50/s', 'p99 < 1 s'),
    })
    expect(stdout).toBe('✔ queue: the objective is met\n')
    expect(status).toBe(0)
  })
  it('runs a TypeScript design', () => {
    const body = JSON.stringify({
      loadpath: 1,
      name: 'typed',
      network: 'ideal',
      load: { users: { rate: '50/s', mix: { ask: '100%' } } },
      components: { desk: { kind: 'station', servers: 2 } },
      flows: { ask: { from: 'users', steps: [{ call: 'desk', do: [{ work: 'exp(10 ms)' }] }] } },
    })
    const start = `import { defineDesign } from 'loadpath'\nconst servers: number = 2\n`
    const source = `${start}export default defineDesign(${body})\nvoid servers\n`
    writeFileSync(path.join(folder, 'typed.design.ts'), source)
    const { status, stdout, stderr } = loadpath('check', 'typed.design.ts')
    expect(stderr).toBe('')
    expect(stdout).toContain('typed')
    expect(status).toBe(0)
  })
})

describe('the analytic engine', () => {
  it('solves the same file: M/M/1 at 80 %, mean 50 ms and p99 230 ms, exactly', () => {
    const { status, stdout } = loadpath('solve', 'good.loadpath.yaml', '--json')
    expect(status).toBe(0)
    const { result } = JSON.parse(stdout)
    expect(result.method).toBe('analysis')
    expect(result.flows.ask.response_time_s.mean.value).toBeCloseTo(0.05, 9)
    expect(result.flows.ask.response_time_s.p99).toEqual({
      value: expect.closeTo(Math.log(100) / 20, 9),
      low: expect.closeTo(Math.log(100) / 20, 9),
      high: expect.closeTo(Math.log(100) / 20, 9),
    })
  })
  it('says how it was found instead of a seed, and exits with 1 when an objective is missed', () => {
    const { status, stdout } = loadpath('check', 'slow.loadpath.yaml', '--fast')
    expect(status).toBe(1)
    expect(stdout).toMatch(/solved in .*\(analytic/)
    expect(stdout).not.toContain('seed')
  })
  it('has no use for what steers a simulation', () => {
    const { status, stderr } = loadpath('check', 'good.loadpath.yaml', '--fast', '--seed', '2')
    expect(status).toBe(2)
    expect(stderr).toContain('--seed')
  })
})

describe('TypeScript designs', () => {
  const check = (name: string, source: string, ...args: readonly string[]) => {
    writeFileSync(path.join(folder, name), source)
    return loadpath('check', name, ...args)
  }
  const broken = { loadpath: 1, name: 'x', components: { api: { kind: 'service', instances: 'two' } } }
  it('are told their mistakes by path, since the author has not seen the JSON', () => {
    const { status, stderr } = check('broken.loadpath.ts', `export default ${JSON.stringify(broken)}`)
    expect(status).toBe(2)
    expect(stderr).toContain('broken.loadpath.ts#components.api.instances: error: expected a count, got `two`')
  })
  it.each([
    ['ends the process', 'process.exit(0)', 'ended the process'],
    ['waits for ever', 'await new Promise(() => {})', 'never comes'],
    ['throws', '\nthrow new Error("boom")', 'line 2: boom'],
    ['exports a function inside', 'export default { loadpath: 1, name: () => 1 }', '`name` is a function'],
    ['exports a ring', 'const a: any = {}; a.b = a; export default a', '`b` holds itself'],
    ['exports nothing', 'export const x = 5', 'exports no design'],
  ])('are refused when the code %s', (_, source, expected) => {
    const { status, stdout, stderr } = check('odd.loadpath.ts', source)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain(expected)
  })
  it('cannot write into the result', () => {
    const { stdout, stderr } = check('loud.loadpath.ts', `console.log('hello')\nexport default {}`, '--json')
    expect(JSON.parse(stdout).result).toBeNull()
    expect(stderr).toContain('hello')
  })
})

describe('failures', () => {
  it.each([
    [['check', 'no-such.yaml'], 'no-such.yaml does not exist'],
    [['check', '--frob'], 'unknown option'],
    [['check', 'good.loadpath.yaml', '--seed', 'x'], 'a whole number'],
    [['check', 'good.loadpath.yaml', '--limit', 'nope=1'], 'one of file-size'],
    [['check', 'good.loadpath.yaml', '--limit', 'depth=999'], 'from 1 to 256'],
    [['check', 'http://localhost/x.yaml'], 'is a URL'],
    [['check', '/dev/zero'], 'a device'],
    [['explain', 'nope'], 'neither a code nor a cause'],
  ])('of %j are JSON under --json, and words for people beside it', (args, expected) => {
    const { status, stdout, stderr } = loadpath(...args, '--json')
    expect(status).toBe(2)
    const { diagnostics, result } = JSON.parse(stdout)
    expect([diagnostics.length, diagnostics[0].code, result]).toEqual([1, 'usage', null])
    expect(diagnostics[0].message).toContain(expected)
    expect(stderr).toContain(expected)
  })
  it('do not wait for a pipe that nobody writes to', () => {
    expect(spawnSync('mkfifo', [path.join(folder, 'pipe.yaml')]).status).toBe(0)
    expect(loadpath('check', 'pipe.yaml').stderr).toContain('an empty file')
  })
  it('name what is not there on the command line, not in the file', () => {
    expect(loadpath('check', 'good.loadpath.yaml', '--variant', 'x').stderr).toMatch(/^--variant x: error: there is no/)
    expect(loadpath('check', 'good.loadpath.yaml', '--scenario', 'x').stderr).toMatch(/^--scenario x: error:/)
  })
})

describe('narrow and plain terminals', () => {
  const shown = (env: Readonly<Record<string, string>>, ...args: readonly string[]): string =>
    spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } })
      .stdout
  it('break lines at 40 columns and cut nothing', () => {
    const text = shown({ COLUMNS: '40' }, 'check', 'slow.loadpath.yaml')
    const lines = text.split('\n').filter((line) => !line.startsWith('again:'))
    expect(lines.filter((line) => line.length > 40 || line.includes('…'))).toEqual([])
    expect(text.replaceAll(/\s+/g, ' ')).toContain('offered')
    for (const line of shown({ COLUMNS: '40' }, 'help', 'check').split('\n'))
      expect(line.length).toBeLessThanOrEqual(46)
  })
  it('take ASCII in the C locale, an empty LC_ALL counts as none', () => {
    // oxlint-disable-next-line no-control-regex
    expect(shown({ LANG: 'C', LC_ALL: '', LC_CTYPE: '' }, 'check', 'slow.loadpath.yaml')).toMatch(/^[\x00-\x7f]*$/)
    expect(shown({ LANG: 'C', LC_ALL: 'en_US.UTF-8' }, 'check', 'slow.loadpath.yaml')).toContain('✘')
  })
  it('say what to do when a run was too short', () => {
    const text = shown({}, 'check', 'good.loadpath.yaml', '--replications', '1')
    expect(text).toMatch(/next step {3}1 of the 10 replications or more that it takes: loadpath check good/)
  })
})

describe('interruption', () => {
  it('prints a partial summary at the first Ctrl-C', async () => {
    const args = [cli, 'simulate', 'slow.loadpath.yaml', '--precision', '0.01%', '--jobs', '1']
    const child = spawn(process.execPath, args, { cwd: folder })
    let out = ''
    child.stdout.on('data', (data) => (out += data))
    setTimeout(() => child.kill('SIGINT'), 1500)
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(130)
    expect(out).toMatch(/^PARTIAL/)
  })
  it('ends quietly when the reader has gone', () => {
    const command = `"${process.execPath}" "${cli}" check good.loadpath.yaml --json | head -c 10`
    const { stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' })
    expect(stderr).toBe('')
  })
})

it('runs again after each save with --watch, and keeps going when the file is broken', async () => {
  const file = path.join(folder, 'watched.yaml')
  writeFileSync(file, queue('50/s', 'p99 < 1 s'))
  const child = spawn(process.execPath, [cli, 'check', 'watched.yaml', '--watch', '--quiet'], { cwd: folder })
  let seen = ''
  child.stdout.on('data', (data) => (seen += data))
  child.stderr.on('data', (data) => (seen += data))
  const appears = async (text: string) => {
    while (!seen.includes(text)) await new Promise((resolve) => setTimeout(resolve, 20))
    seen = ''
  }
  await appears('the objective is met')
  writeFileSync(file, 'loadpath: [')
  await appears('yaml-syntax')
  writeFileSync(file, queue('60/s', 'p99 < 1 ms'))
  await appears('the objective is missed')
  child.kill('SIGINT')
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130)
})

it('never runs as if a folder without rights were empty', () => {
  const locked = path.join(folder, 'locked.yaml')
  writeFileSync(locked, 'x')
  chmodSync(locked, 0o000)
  const { status, stderr } = loadpath('check', 'locked.yaml')
  expect(status).toBe(2)
  expect(stderr).toMatch(process.getuid?.() === 0 ? /not-a-design/ : /no permission/)
})
