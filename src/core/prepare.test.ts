import { describe, expect, it } from 'vitest'
import { prepare, type PrepareOptions } from './prepare.ts'

const TEXT = `loadpath: 1
name: shop
import: { pay: ./pay.yaml }
load: { users: { rate: 50/s, mix: { view: 100% }, arrivals: file(gaps.csv), shape: file(shape.csv) } }
components:
  api: { kind: service, instances: 2 }
flows:
  view: { from: users, steps: [{ call: api, do: [{ work: file(work.csv) }, { call: pay.bank }] }] }
environments: { small: { components: { api: { instances: 1 } } } }
variants: { big: { set: { components.api.instances: 8 } } }
scenarios:
  lost: { faults: [{ at: 1 min, kill: api }] }
  busy: { set: { load.users.rate: 500/s } }
  cheapest: { search: { minimize: cost, vary: { components.api.instances: 1..4 } } }
`

const FILES: Readonly<Record<string, string>> = {
  'pay.yaml': 'loadpath: 1\ncomponents: { bank: { kind: station, servers: 4 } }\n',
  'gaps.csv': 'ms\n10\n20\n30\n',
  'work.csv': '# measured\n1.5 ms\n2 ms\n',
  'shape.csv': '0 s, 1\n5 min, 2.5\n',
}

const prepared = (options: Partial<PrepareOptions> = {}, text = TEXT) =>
  prepare(text, {
    file: 'shop.loadpath.yaml',
    variant: null,
    scenarios: 'all',
    sets: [],
    limits: {},
    readFile: (path) => FILES[path] ?? null,
    ...options,
  })

const instancesOf = (options: Partial<PrepareOptions>): unknown =>
  prepared({ scenarios: 'baseline', ...options }).design?.components.get('api')?.settings['instances']

describe('prepare', () => {
  it('makes a model of the baseline and of each scenario that can be played', () => {
    const { models, skipped, diagnostics } = prepared()
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(models.map(({ scenario }) => scenario)).toEqual(['baseline', 'lost', 'busy'])
    expect(skipped.map(({ scenario }) => scenario)).toEqual(['cheapest'])
    expect(
      models.map(({ sources }) => sources[0]?.arrivals.kind === 'renewal' && sources[0].arrivals.rate),
    ).toHaveLength(3)
  })

  it('lays environment, variant and sets over the design', () => {
    expect(instancesOf({})).toBe(2)
    expect(instancesOf({ environment: 'small' })).toBe(1)
    expect(instancesOf({ environment: 'small', variant: 'big' })).toBe(8)
    expect(instancesOf({ variant: 'big', sets: [{ path: 'components.api.instances', value: '5' }] })).toBe(5)
  })

  it('reads imports and measured values through the reader that it is given', () => {
    const { design } = prepared({ scenarios: 'baseline' })
    expect([...(design?.components.keys() ?? [])]).toEqual(['api', 'pay.bank'])
    expect(design?.actors.get('users')).toMatchObject({
      arrivals: { kind: 'file', between: { law: 'empirical', values: [0.01, 0.02, 0.03] } },
      shape: [
        { at: 0, times: 1 },
        { at: 300, times: 2.5 },
      ],
    })
    const without = prepare(TEXT, { file: 'x', variant: null, scenarios: 'all', sets: [], limits: {} })
    const codes = without.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)
    expect(new Set(codes)).toEqual(new Set(['import-path', 'file-missing', 'unknown-component']))
    expect(without.models).toEqual([])
  })

  it('never asks the reader for a path outside of the folder', () => {
    const asked: string[] = []
    const text = TEXT.replace('./pay.yaml', '../pay.yaml').replaceAll('file(', 'file(../')
    const { design } = prepared({ readFile: (path) => (asked.push(path), null) }, text)
    expect([design, asked]).toEqual([null, []])
  })

  it('refuses a scenario, a variant and an environment that do not exist', () => {
    for (const options of [{ scenarios: ['los'] }, { variant: 'bg' }, { environment: 'smal' }]) {
      const { models, diagnostics } = prepared(options)
      expect(models).toEqual([])
      expect(
        diagnostics.map(({ code, hint }) => [code.split('-')[0], hint?.startsWith('did you mean')]),
      ).toContainEqual(['unknown', true])
    }
  })

  it('finds the mistakes of variants only when the whole design is checked', () => {
    const text = TEXT.replace('instances: 8', 'instances: many')
    expect(prepared({ scenarios: 'baseline' }, text).models).toHaveLength(1)
    expect(prepared({}, text).diagnostics.map(({ message }) => message)).toContain('expected a count, got `many`')
  })
})
