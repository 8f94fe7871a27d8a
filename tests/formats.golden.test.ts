import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { analyse, type CheckFacts, formats, prepare, type Prepared, type Result } from '../src/core/index.ts'
import { factsOf } from '../src/node/check-outputs.ts'
import type { FailLevel } from '../src/node/fail-on.ts'
import type { Io } from '../src/node/io.ts'
import { formatNames, readRunSettings } from '../src/node/run-options.ts'
import { sarifSchema } from './sarif-schema.ts'

/**
 * Each folder in golden/formats is one design, solved, and what `loadpath check --format` writes about it.
 * `UPDATE_GOLDEN=1` writes the expected files.
 */
const root = path.resolve(import.meta.dirname, 'golden/formats')
const isUpdate = process.env['UPDATE_GOLDEN'] === '1'
const endings: Readonly<Record<string, string>> = {
  sarif: 'sarif',
  junit: 'xml',
  github: 'txt',
  markdown: 'md',
}

interface Options {
  readonly failOn?: FailLevel
  readonly file?: string
}

interface Solved {
  readonly prepared: Prepared
  readonly results: readonly Result[]
}
const solved = new Map<string, Solved>()
const solve = (prepared: Prepared): Solved => ({
  prepared,
  results: prepared.models.map((model) => analyse(model, { hash: 'h' })),
})

function factsAbout(text: string, { failOn = 'error', file = 'designs/shop.loadpath.yaml' }: Options = {}): CheckFacts {
  const options = { variant: null, scenarios: 'all', sets: [], limits: {}, today: '2026-06-30' } as const
  const key = `${file}\n${text}`
  const found = solved.get(key) ?? solve(prepare(text, { file, ...options }))
  solved.set(key, found)
  const { prepared, results } = found
  const io = { cwd: '/repository', env: {} } as unknown as Io
  return factsOf(
    { io, settings: readRunSettings({ failOn }) },
    {
      design: { file, text, absolute: path.resolve('/repository', file) },
      text,
      prepared,
      results,
      diagnostics: prepared.diagnostics,
      command: `loadpath check ${file}`,
      version: '0.1.0',
    },
  )
}

const write = (name: string, facts: CheckFacts): string => formats.find((one) => one.name === name)?.write(facts) ?? ''
const designOf = (name: string): string => readFileSync(path.join(root, name, 'design.yaml'), 'utf8')

const names = readdirSync(root)

describe('the formats', () => {
  it('are those that --format takes', () => {
    expect(['text', 'json', ...formats.map(({ name }) => name)]).toEqual(formatNames)
  })

  for (const name of names) {
    for (const format of formats) {
      it(`${format.name} of ${name} is as expected`, () => {
        const written = format.write(factsAbout(designOf(name)))
        const file = path.join(root, name, `expected.${endings[format.name]}`)
        if (isUpdate) writeFileSync(file, written)
        expect(written).toBe(readFileSync(file, 'utf8'))
      })
    }
  }
})

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
      readonly results: readonly {
        readonly ruleId: string
        readonly ruleIndex: number
        readonly level: string
        readonly message: { readonly text: string }
        readonly locations: readonly [
          { readonly physicalLocation: { readonly region?: { readonly startLine: number } } },
        ]
        readonly partialFingerprints: { readonly 'loadpath/v1': string }
        readonly suppressions?: readonly { readonly justification: string }[]
      }[]
    },
  ]
}
const sarifOf = (text: string, options: Options = {}): Log['runs'][0] =>
  (JSON.parse(write('sarif', factsAbout(text, options))) as Log).runs[0]

describe('SARIF', () => {
  const validate = new Ajv({ strict: false, formats: { 'uri-reference': /^[\w.~!$&'()*+,;=:@%/?#-]*$/ } }).compile(
    sarifSchema,
  )
  for (const name of names) {
    it(`of ${name} has the form of the standard, and each result its rule`, () => {
      const log: unknown = JSON.parse(write('sarif', factsAbout(designOf(name), { file: 'a b/ü: 100%#.yaml' })))
      validate(log)
      expect(validate.errors).toBeNull()
      const [run] = (log as Log).runs
      expect(run.results.length).toBeGreaterThan(0)
      for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
    })
  }

  it('knows a result again when lines move', () => {
    const text = designOf('shop')
    const moved = text.replace('load:', '# a line\n\n# and another\nload:').replace('accepted:', '\naccepted:')
    const [before, after] = [sarifOf(text).results, sarifOf(moved).results]
    const prints = (list: typeof before) => list.map((one) => one.partialFingerprints['loadpath/v1'])
    const lines = (list: typeof before) => list.map((one) => one.locations[0].physicalLocation.region?.startLine)
    expect(prints(after)).toEqual(prints(before))
    expect(lines(after)).not.toEqual(lines(before))
    expect(new Set(prints(before)).size).toBe(before.length)
  })

  it('keeps the level of what is accepted, and says why it is', () => {
    const found = sarifOf(designOf('shop')).results.find(({ ruleId }) => ruleId === 'single-instance')
    expect(found?.level).toBe('warning')
    expect(found?.suppressions?.[0]?.justification).toBe(
      'accepted: a second one comes in spring (Ada, until 2027-03-31)',
    )
  })

  it('makes no link of what a name holds', () => {
    const [first] = sarifOf(designOf('broken').replace('two</x>', '[a](http://evil.example)')).results
    expect(first?.message.text).toContain('got `\\[a](http://evil.example)')
  })
})

/** Tags in order, each closed; entities known; nothing that XML 1.0 forbids. */
function readXml(text: string): readonly string[] {
  const open: string[] = []
  const seen: string[] = []
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]|\p{Cs}/u)
  expect(text.replaceAll(/&(?:amp|lt|gt|quot|apos|#10);/g, '')).not.toContain('&')
  const body = text.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/, '')
  const rest = body.replaceAll(/<(\/?)([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>/g, (_, end, name, __, isEmpty) => {
    if (end === '/') expect(open.pop()).toBe(name)
    else if (isEmpty === '') open.push(name as string)
    seen.push(name as string)
    return ''
  })
  expect(open).toEqual([])
  expect(rest).not.toMatch(/[<>]/)
  return seen
}

describe('JUnit', () => {
  for (const name of names) {
    it(`of ${name} is XML, and counts its cases`, () => {
      const text = write('junit', factsAbout(designOf(name)))
      const tags = readXml(text)
      const cases = text.match(/<testcase /g)?.length
      expect(text).toMatch(new RegExp(`<testsuites name="loadpath" tests="${cases}" `))
      expect(tags.filter((tag) => tag === 'testsuite').length).toBeGreaterThan(0)
    })
  }

  it('fails what the level of --fail-on says', () => {
    const counts = (failOn: FailLevel): string | undefined =>
      /failures="\d+" errors="\d+" skipped="\d+"/.exec(write('junit', factsAbout(designOf('shop'), { failOn })))?.[0]
    expect(counts('error')).toBe('failures="3" errors="0" skipped="4"')
    expect(counts('warning')).toBe('failures="6" errors="0" skipped="1"')
  })
})

/** As the runner of GitHub Actions reads a line. */
function readCommand(line: string) {
  const [, level = '', properties = '', message = ''] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? []
  const decoded = (text: string): string =>
    text
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%')
  const entries = properties.split(',').map((one) => [one.split('=')[0], decoded(one.slice(one.indexOf('=') + 1))])
  return { level, message: decoded(message), ...(Object.fromEntries(entries) as Record<string, string>) }
}

describe('GitHub annotations', () => {
  it('are one command a line, whatever stands in the design', () => {
    for (const name of names) {
      const lines = write('github', factsAbout(designOf(name))).split('\n')
      expect(lines.pop()).toBe('')
      for (const line of lines) expect(line).toMatch(/^::(?:error|warning|notice) file=[^:]+::[^\r\n]+$/)
    }
  })

  it('give back file and message as they were', () => {
    const file = 'a,b/c: 100%.yaml'
    const [first = ''] = write('github', factsAbout(designOf('broken'), { file })).split('\n')
    expect(readCommand(first)).toMatchObject({
      level: 'error',
      file,
      line: '3',
      col: '10',
      message: expect.stringContaining('`two</x> %0A::error::`'),
    })
  })

  it('leave out what is accepted', () => {
    const text = write('github', factsAbout(designOf('shop')))
    expect(text).toContain('unbraked-retry')
    expect(text).not.toContain('single-instance')
  })
})

describe('Markdown', () => {
  it('has no markup, mention or link that comes from the design', () => {
    const text = write('markdown', factsAbout(designOf('hostile')))
    expect(text.replaceAll(/<\/?(?:details|summary|sub|code)>/g, '')).not.toMatch(/<(?!\s)/)
    expect(text).not.toMatch(/@octocat|#12\b|@all|\]\(|\*\*bold|www\.evil|:\/\/evil/)
    expect(text.split('\n').filter((line) => line.startsWith('#'))).toHaveLength(1)
  })

  it('keeps the cells of its table, whatever a command holds', () => {
    const facts = factsAbout(designOf('shop'))
    const [first, ...rest] = facts.results
    const objectives = first?.objectives.map((one) => ({ ...one, target: 'p99 < `1` | 2 \\| ms' })) ?? []
    const text = write('markdown', { ...facts, results: first ? [{ ...first, objectives }, ...rest] : [] })
    const rows = text.split('\n').filter((line) => /^\| (?:✅|❌|❔)/.test(line))
    expect(rows.length).toBeGreaterThan(3)
    for (const row of rows) expect(row.split('|')).toHaveLength(8)
  })

  it('is short until it is unfolded', () => {
    const [shown = ''] = write('markdown', factsAbout(designOf('shop'))).split('<details>')
    expect(shown.split('\n').length).toBeLessThan(25)
  })
})
