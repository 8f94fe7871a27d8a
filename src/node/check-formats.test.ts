import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cli = path.join(root, 'dist', 'loadpath.mjs')
const folder = mkdtempSync(path.join(tmpdir(), 'loadpath-formats-'))
mkdirSync(path.join(folder, '.git'))

const queue = (rate: string, limit: string): string => `loadpath: 1
name: queue
network: ideal
load: { users: { rate: ${rate}, mix: { ask: 100% } } }
components: { desk: { kind: station, servers: 1 } }
flows: { ask: { from: users, steps: [{ call: desk, do: [{ work: exp(10 ms) }] }] } }
requirements: { objectives: { ask: ['${limit}'] } }
`
const spare = (text: string): string => text.replace('flows:', 'assume: { spare: 3 }\nflows:')

function loadpath(...args: readonly string[]) {
  const env = { ...process.env, GITHUB_WORKSPACE: '' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8', env })
  return { status, stdout, stderr }
}
const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text)
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8')

beforeAll(() => {
  expect(spawnSync(process.execPath, [path.join(root, 'scripts/task.mjs'), 'build']).status).toBe(0)
  write('good.loadpath.yaml', queue('80/s', 'p99 < 1 s'))
  write('slow.loadpath.yaml', queue('98/s', 'p50 < 10 ms'))
})

describe('the exit code by --fail-on', () => {
  const tipping = readFileSync(path.join(root, 'tests/golden/formats/tips-over/design.yaml'), 'utf8')
  const uncertain = queue('150/s', 'p99 < 293 ms')
    .replace('exp(10 ms)', 'lognormal(mean 10 ms cv 2)')
    .replace('servers: 1', 'servers: 2')
  const texts: Readonly<Record<string, string>> = {
    clean: queue('50/s', 'p99 < 1 s'),
    noted: `${queue('50/s', 'p99 < 1 s')}views: {}\n`,
    warned: spare(queue('50/s', 'p99 < 1 s')),
    silenced: `${spare(queue('50/s', 'p99 < 1 s'))}accepted: [{ rule: unused, where: spare, reason: for later }]\n`,
    lapsed: `${spare(queue('50/s', 'p99 < 1 s'))}accepted: [{ rule: unused, where: spare, reason: x, until: 2020-01-01 }]\n`,
    metastable: tipping,
    accepted: `${tipping}accepted: [{ rule: metastable-range, where: db, reason: we shed by hand }]\n`,
    undecided: uncertain,
    missed: queue('98/s', 'p50 < 10 ms'),
    wrong: queue('98/s', 'p50 < 10'),
  }

  it.each([
    ['clean', [0, 0, 0, 0, 0]],
    ['noted', [0, 0, 0, 0, 1]],
    ['warned', [0, 0, 0, 1, 1]],
    ['silenced', [0, 0, 0, 0, 0]],
    ['lapsed', [0, 0, 0, 1, 1]],
    ['metastable', [0, 0, 0, 1, 1]],
    // It has a note beside.
    ['accepted', [0, 0, 0, 0, 1]],
    ['undecided', [0, 4, 1, 1, 1]],
    ['missed', [0, 1, 1, 1, 1]],
    ['wrong', [2, 2, 2, 2, 2]],
  ])('%s: never, error, undecided, warning, note', (name, expected) => {
    write(`${name}.yaml`, texts[name] ?? '')
    const codes = ['never', 'error', 'undecided', 'warning', 'note'].map(
      (level) => loadpath('check', `${name}.yaml`, '--fast', '-q', '--fail-on', level).status,
    )
    expect(codes).toEqual(expected)
  })

  it('shows why a finding does not count', () => {
    write('silenced.yaml', texts['silenced'] ?? '')
    const { stdout, stderr } = loadpath('check', 'silenced.yaml', '--fast', '--full')
    expect(stdout).toContain('checks      0 warnings, 1 accepted')
    expect(stdout).toContain('            accepted: for later [unused]')
    expect(stderr).toContain('= accepted: for later')
    expect(JSON.parse(loadpath('check', 'silenced.yaml', '--fast', '--json').stdout)).toMatchObject({
      diagnostics: [
        {
          code: 'unused',
          severity: 'note',
          step: 1,
          accepted: { severity: 'warning', reason: 'for later', owner: null, until: null },
        },
      ],
    })
  })
})

describe('--format', () => {
  it('writes into files beside the text', () => {
    const files = ['text', 'github', 'sarif=a.sarif', 'junit=a.xml', 'markdown=a.md', 'json=a.json']
    const { status, stdout } = loadpath(
      'check',
      'slow.loadpath.yaml',
      '--fast',
      ...files.flatMap((one) => ['--format', one]),
    )
    expect(status).toBe(1)
    expect(stdout).toMatch(/^✘ queue: the objective is missed\n[\s\S]*\n::error file=slow.loadpath.yaml,line=7,/)
    expect(JSON.parse(read('a.sarif'))).toMatchObject({ version: '2.1.0' })
    expect(read('a.xml')).toContain('failures="1"')
    expect(read('a.md')).toContain('### ❌ queue: 1 of 1 objective missed')
    expect(JSON.parse(read('a.json'))).toMatchObject({ result: { objectives: [{ step: 5, verdict: 'missed' }] } })
  })

  it('takes the place of the text without a file', () => {
    const { stdout } = loadpath('check', 'slow.loadpath.yaml', '--fast', '--format', 'junit')
    expect(stdout).toContain('<?xml version="1.0" encoding="UTF-8"?>')
    expect(stdout).not.toContain('root cause  ◆')
  })

  it('goes into --output, and the text is printed', () => {
    const { stdout } = loadpath('check', 'slow.loadpath.yaml', '--fast', '--format', 'sarif', '--output', 'b.sarif')
    expect(stdout).toContain('✘ queue: the objective is missed')
    expect(JSON.parse(read('b.sarif'))).toMatchObject({ version: '2.1.0' })
  })

  it('names files from the root of the repository', () => {
    mkdirSync(path.join(folder, 'designs'), { recursive: true })
    write('designs/deep.yaml', queue('98/s', 'p50 < 10 ms'))
    const { stdout } = spawnSync(process.execPath, [cli, 'check', 'deep.yaml', '--fast', '--format', 'github'], {
      cwd: path.join(folder, 'designs'),
      encoding: 'utf8',
    })
    expect(stdout).toMatch(/^::error file=designs\/deep.yaml,line=7,/)
  })

  it('writes the mistakes of a design too', () => {
    write('nobody.yaml', queue('98/s', 'p50 < 10 ms').replace('call: desk', 'call: dsk'))
    const { status, stdout } = loadpath('check', 'nobody.yaml', '--format', 'github')
    expect(status).toBe(2)
    expect(stdout).toMatch(/^::error file=nobody.yaml,line=6,.*::.*did you mean `desk`\?\n$/)
  })

  it.each([
    [['--format', 'pdf'], 'one of text, json, sarif'],
    [['--format', 'sarif='], 'one of text, json, sarif'],
    [['--format', 'sarif', '--format', 'junit'], 'cannot both go to standard output'],
    [['--json', '--format', 'text'], 'cannot both go to standard output'],
    [['--format', 'sarif=x', '--format', 'junit=x'], 'go to the same place'],
    [['--output', 'x'], 'exactly one --format'],
    [['--format', 'sarif=x', '--output', 'y'], 'exactly one --format'],
    [['--step', '9'], '8 Patterns'],
    [['--fail-on', 'x'], 'never, error, objective'],
  ])('is refused as %j', (options, expected) => {
    const { status, stderr } = loadpath('check', 'good.loadpath.yaml', ...options)
    expect(status).toBe(2)
    expect(stderr).toContain(expected)
  })

  it('says so when a file cannot be written', () => {
    const { status, stderr } = loadpath('check', 'good.loadpath.yaml', '--fast', '--format', 'sarif=no/such/a.sarif')
    expect(status).toBe(3)
    expect(stderr).toContain('the folder does not exist')
  })
})

describe('the eight steps', () => {
  it('can be asked for one by one', () => {
    const { status, stdout } = loadpath('check', 'slow.loadpath.yaml', '--fast', '--step', '6')
    expect(status).toBe(0)
    expect(stdout).toContain('queue: no objectives to check')
  })

  it('are the headings of --full', () => {
    write('grouped.yaml', spare(queue('50/s', 'p99 < 1 s')))
    const { stdout, stderr } = loadpath('check', 'grouped.yaml', '--fast', '--full')
    expect(stderr).toMatch(/^1 Requirements\ngrouped.yaml:6:/)
    expect(stdout).toContain('steps       1 Requirements     no objective  1 warning')
    expect(stdout).toContain('            5 Performance      1 met         nothing found')
  })
})
