import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { designSchema, prepare, toJson } from '../src/core/index.ts'
import { verbParams } from '../src/core/design/step-params.ts'
import { validate } from '../src/core/design/validate.ts'
import { kinds } from '../src/core/kinds/index.ts'
import { parse } from '../src/core/text/parse.ts'

const committed = fileURLToPath(new URL('../schema/design.schema.json', import.meta.url))
const designs = fileURLToPath(new URL('./designs', import.meta.url))
const names = readdirSync(designs).filter((name) => name.endsWith('.loadpath.yaml'))

const accepts = new Ajv({ strict: false }).compile(designSchema())
const isRight = (text: string): boolean => {
  const { document } = parse(text, { file: 'design.yaml' })
  return document !== null && validate(document, kinds).design !== null
}
/** What the schema says and what the validator says. */
const both = (text: string): readonly [boolean, boolean] => [accepts(parseYaml(text)), isRight(text)]

it('is what is committed (loadpath schema design > schema/design.schema.json)', () => {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(committed, toJson(designSchema()))
  expect(readFileSync(committed, 'utf8')).toBe(toJson(designSchema()))
})

describe('sample designs', () => {
  for (const name of names) {
    it(`${name} is accepted by schema and validator, without a warning`, () => {
      const text = readFileSync(join(designs, name), 'utf8')
      const { document } = parse(text, { file: name })
      const { design, diagnostics } = document ? validate(document, kinds) : { design: null, diagnostics: [] }
      expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([])
      expect(design).not.toBeNull()
      expect(accepts(parseYaml(text)), JSON.stringify(accepts.errors?.slice(0, 3))).toBe(true)
    })
  }
})

const SMALL = `loadpath: 1
load: { users: { rate: 50/s, mix: { view: 100% } } }
components:
  api: { kind: service, instances: 2 }
  db: { kind: postgres, tables: { pages: { rows: 2 M, row: 2 KB, key: id } } }
flows:
  view: { from: users, priority: 1, steps: [{ call: api, do: [{ work: 2 ms }, { read: db.pages }] }] }
policies: { quick: { timeout: 1 s }, edges: { api -> db: { retry: { times: 1, jitter: full } } } }
scenarios:
  lost: { faults: [{ at: 1 min, kill: db }], expect: { view: [success > 99%] } }
security: { data: { pages: { confidentiality: internal } } }
`

describe('the same mistakes are refused by schema and validator', () => {
  it('takes the design that they are made in', () => {
    expect(both(SMALL)).toEqual([true, true])
  })

  const mistakes: readonly (readonly [what: string, from: string, to: string])[] = [
    ['an unknown section', 'scenarios:', 'scenario:'],
    ['a missing version', 'loadpath: 1\n', ''],
    ['another version', 'loadpath: 1', 'loadpath: 2'],
    ['an unknown key of a component', 'instances: 2', 'instnces: 2'],
    ['a key of another kind', 'instances: 2', 'keyspaces: {}'],
    ['a key that only own kinds have', 'instances: 2', 'is: station'],
    ['a missing kind', 'kind: service, ', ''],
    ['a missing key of a table', 'rows: 2 M, ', ''],
    ['an unknown key of a table', 'row: 2 KB', 'rowe: 2 KB'],
    ['a list where a map belongs', '{ pages: { rows: 2 M, row: 2 KB, key: id } }', '[pages]'],
    ['an unknown key of an actor', 'rate: 50/s', 'rte: 50/s'],
    ['an unknown verb', 'work: 2 ms', 'wrk: 2 ms'],
    ['two verbs in one step', '{ work: 2 ms }', '{ work: 2 ms, read: db.pages }'],
    ['an unknown key of a step', 'read: db.pages', 'read: db.pages, row: 5'],
    ['a key of another verb', 'read: db.pages', 'read: db.pages, size: 5 KB'],
    ['steps that are no list', '[{ call: api', '{ call: api'],
    ['an unknown key of a flow', 'priority: 1', 'prio: 1'],
    ['an unknown key of a policy', 'timeout: 1 s', 'timeouts: 1 s'],
    ['a wrong word', 'jitter: full', 'jitter: ful'],
    ['a pair that is none', 'api -> db', 'api to db'],
    ['an unknown fault', 'kill: db', 'kil: db'],
    ['a key of another fault', 'kill: db', 'kill: db, times: 5'],
    ['a word for a class of data', 'internal', 'intern'],
    ['an objective that is none', 'success > 99%', 'good'],
  ]
  for (const [what, from, to] of mistakes) {
    it(what, () => {
      const text = SMALL.replace(from, to).replace(what.startsWith('steps') ? '] }] }' : '\0', '] } }')
      expect(text).not.toBe(SMALL)
      expect(both(text)).toEqual([false, false])
    })
  }
})

it('offers kinds, keys and verbs with what they are', () => {
  const schema = JSON.parse(toJson(designSchema())) as {
    properties: Record<string, { description?: string }>
    definitions: Record<string, { properties?: Record<string, { description?: string; anyOf?: { const?: string }[] }> }>
  }
  const offered = schema.definitions['component']?.properties?.['kind']?.anyOf?.flatMap((one) => one.const ?? []) ?? []
  expect(offered).toEqual(expect.arrayContaining(['service', 'redis', 'postgres', 'kafka']))
  for (const [name, { properties = {} }] of Object.entries(schema.definitions)) {
    const silent = Object.entries(properties).filter(([, value]) => typeof value === 'object' && !value.description)
    expect([name, silent.map(([key]) => key)]).toEqual([name, []])
  }
  for (const verb of Object.keys(verbParams)) expect(schema.definitions[`step-${verb}`]).toBeDefined()
})

it('lets the kinds of the author have the keys of what they are, and their components any', () => {
  const own = `${SMALL.replace('api: { kind: service', 'api: { kind: ours')}kinds: { ours: { is: service } }\n`
  expect(both(own)).toEqual([true, true])
  const keys = own.replace('is: service }', 'is: service, size: { cpu: 2 } }')
  expect(both(keys)).toEqual([true, true])
  expect(both(keys.replace('size', 'sizes'))).toEqual([false, false])
})

it('prepares each sample design without an error', () => {
  for (const name of names) {
    const text = readFileSync(join(designs, name), 'utf8')
    const options = { file: name, variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
    const { diagnostics } = prepare(text, options)
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  }
})
