import { describe, expect, it } from 'vitest'
import { designOf, problemsOf, read, shop } from './validate.test-support.ts'

const settingsOf = (text: string, component: string, options = {}): Readonly<Record<string, unknown>> =>
  designOf(text, options).components.get(component)?.settings ?? {}

describe('overlays', () => {
  const variants = `variants:
  bigger: { set: { components.api.instances: 8, components.api.size.cpu: 16, load.users.rate: 90/s } }
  more: { add: { components.api.limits: { queue: 5 }, components.web: { kind: service } }, remove: [components.hot] }
`

  it('set what is there, and keys of the language that are not written yet', () => {
    const design = designOf(shop(variants), { variant: 'bigger' })
    expect(design.components.get('api')?.settings).toMatchObject({ instances: 8, size: { cpu: 16 } })
    expect(design.actors.get('users')?.demand).toEqual({ kind: 'rate', rate: 90 })
  })

  it('add and remove by path; who still names what is gone is told', () => {
    expect(problemsOf(shop(variants), { variant: 'more' })).toEqual([
      'unknown-component: `api` gets from `hot`, which does not exist',
    ])
  })

  it('turn a number into the map that it is short for', () => {
    const text = shop().replace('kind: postgres', 'kind: postgres, shards: 3')
    const sets = [{ path: 'components.db.shards.by', value: 'owner' }]
    expect(settingsOf(text, 'db', { sets })['shards']).toEqual({ by: 'owner', count: 3 })
    const count = [{ path: 'components.db.shards.count', value: '7' }]
    expect(settingsOf(text, 'db', { sets: count })['shards']).toEqual({ by: null, count: 7 })
  })

  it('are laid in order: environment, variant, scenario, --set', () => {
    const layers = `environments: { staging: { components: { api: { instances: 3, size: { cpu: 1 } } } } }
variants: { v: { set: { components.api.instances: 4 } } }
scenarios: { s: { set: { components.api.instances: 5 } } }
`
    const instances = (options: object) => settingsOf(shop(layers), 'api', options)['instances']
    expect(instances({})).toBe(2)
    expect(instances({ environment: 'staging' })).toBe(3)
    expect(instances({ environment: 'staging', variant: 'v' })).toBe(4)
    expect(instances({ environment: 'staging', variant: 'v', scenario: 's' })).toBe(5)
    const sets = [{ path: 'components.api.instances', value: '6' }]
    expect(instances({ environment: 'staging', variant: 'v', scenario: 's', sets })).toBe(6)
    expect(settingsOf(shop(layers), 'api', { environment: 'staging' })['size']).toMatchObject({ cpu: 1 })
  })

  it('of a --set are read as YAML, and mistakes in them point at it', () => {
    const sets = [{ path: 'load.users.mix', value: '{ view: 100% }' }]
    expect(designOf(shop(), { sets }).actors.get('users')?.mix).toEqual([{ flow: 'view', share: 1 }])
    const wrong = read(shop(), { sets: [{ path: 'components.api.instances', value: 'two' }] }).diagnostics
    expect(wrong.map(({ at, message }) => [at.file, message])).toEqual([
      ['--set components.api.instances=two', 'expected a count, got `two`'],
    ])
  })

  it('keep the place of the text they come from', () => {
    const text = shop('variants: { v: { set: { load.users.rate: 5 } } }\n')
    const [problem] = read(text, { variant: 'v' }).diagnostics
    expect(problem?.at.line).toBe(text.split('\n').findIndex((line) => line.startsWith('variants')) + 1)
  })

  it('refuse a path that matches nothing, with the nearest one', () => {
    const sets = [{ path: 'components.ap.instances', value: '4' }]
    const { design, diagnostics } = read(shop(), { sets })
    expect(design).toBeNull()
    expect(diagnostics[0]).toMatchObject({ code: 'overlay-path', hint: 'did you mean `components.api.instances`?' })
  })

  it('cannot make up a table, but can add one', () => {
    const path = 'components.db.tables.links'
    expect(problemsOf(shop(), { sets: [{ path: `${path}.rows`, value: '5' }] })).toHaveLength(1)
    const added = shop(`variants: { v: { add: { ${path}: { rows: 5 } } } }\n`)
    expect(problemsOf(added, { variant: 'v' })).toEqual([])
  })
})
