import { describe, expect, it } from 'vitest'
import { kinds } from '../kinds/index.ts'
import { parse } from '../text/parse.ts'
import { compile } from './compile.ts'
import { validate } from './validate.ts'

function modelOf(text: string, scenario: string | null = null) {
  const { document } = parse(`loadpath: 1\nname: test\n${text}`, { file: 'test.yaml' })
  const { design, diagnostics } = validate(document!, kinds)
  expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([])
  return compile(design!, kinds, { scenario, variant: null })
}

const shop = `
load: { users: { rate: 10/s, mix: { ask: 100% } } }
components:
  lb: { kind: load-balancer, balance: random }
  api: { kind: service, instances: 3 }
  db: { kind: postgres, pool: { max: 7 }, tables: { t: { rows: 10, row: 1 KB, key: id } } }
flows:
  ask:
    from: users
    steps:
      - call: api
        via: lb
        do: [{ work: 1 ms }, { read: db.t }, { reply: 5 KB }]
`

describe('a call', () => {
  const { model } = modelOf(`${shop}
policies:
  default: { timeout: 3 s }
  edges: { api -> db: { timeout: 1 s, retry: 2 } }
`)
  const outer = model!.flows[0]!.steps[0]!
  it('through a balancer lets that pick the instance, and waits for it', () => {
    expect(outer).toMatchObject({ kind: 'call', policy: { timeout: 3 } })
    const inner = callsIn(outer).find((call) => model!.groups[call.to]?.component === 'api')!
    expect(inner.pick.within).toBe('random')
    expect(inner.policy.timeout).toBeNull()
  })
  it('has the policy of its edge before the default', () => {
    const read = callsIn(outer).find((call) => model!.groups[call.to]?.component === 'db')!
    expect(read.policy).toMatchObject({ timeout: 1, retry: { times: 2 } })
  })
  it('carries what its reply says', () => {
    expect(callsIn(outer)[0]!.receive).toBeGreaterThanOrEqual(5000)
  })
  it('to a database holds a connection of the calling instance', () => {
    const pool = model!.connections.find(({ to }) => to === 'db')!.pool
    expect(model!.resources[pool]).toMatchObject({ kind: 'pool', slots: 7 })
    expect(model!.groups[model!.resources[pool]!.group]?.component).toBe('api')
  })
})

describe('a transaction', () => {
  it('holds one connection around everything in it', () => {
    const { model } = modelOf(shop.replace('{ read: db.t }', '{ tx: db, do: [{ read: db.t }, { write: db.t }] }'))
    const inside = callsIn(model!.flows[0]!.steps[0]!).filter((call) => model!.groups[call.to]?.component === 'db')
    expect(inside.length).toBeGreaterThanOrEqual(3)
    expect(inside.map((call) => call.policy.connection)).toEqual(inside.map(() => null))
    expect(JSON.stringify(model!.flows)).toContain('"kind":"hold"')
  })
})

describe('attackers', () => {
  it('have flows of their own, so that nobody is judged by them', () => {
    const { model } = modelOf(
      shop.replace('load: {', 'load: { bots: { rate: 90/s, hostile: true, mix: { ask: 100% } },'),
    )
    expect(model!.flows.map(({ id, isHostile }) => [id, isHostile])).toEqual([
      ['ask', false],
      ['ask by bots', true],
    ])
    expect(model!.sources.find(({ id }) => id === 'bots')?.mix).toEqual([{ flow: 1, share: 1 }])
  })
})

describe('faults', () => {
  const scenario = (fault: string) =>
    `${shop}\nplaces: { eu: { region: eu-west-1, zones: [a, b, c] } }\nscenarios: { s: { faults: [{ at: 1 s, ${fault}, for: 2 s }] } }`
  const placed = (fault: string) => scenario(fault).replace('kind: service,', 'kind: service, at: eu,')
  it('hit the instances that stand in a zone', () => {
    const { model } = modelOf(placed('kill: eu.b'), 's')
    expect(model!.faults.map(({ action }) => action)).toEqual([
      { kind: 'kill', group: expect.anything(), instances: [1] },
    ])
  })
  it('hit one instance by its number', () => {
    const { model } = modelOf(placed("slow: 'api[2]', times: 3"), 's')
    expect(model!.faults[0]?.action).toMatchObject({ kind: 'slow', instances: [2], times: 3 })
  })
  it('that cannot be played are refused by name', () => {
    const { model, diagnostics } = modelOf(placed('failover: db'), 's')
    expect(model).toBeNull()
    const message = '`db` has no copy that could lead in its place'
    expect(diagnostics[0]).toMatchObject({ code: 'fault-target', message })
  })
})

type Model = NonNullable<ReturnType<typeof modelOf>['model']>
type Step = Model['flows'][number]['steps'][number]
type Call = Extract<Step, { kind: 'call' }>

/** Every call in a step, from outside to inside. */
function callsIn(step: Step): readonly Call[] {
  const lists = Object.values(step).filter((value): value is readonly Step[] => Array.isArray(value))
  const nested = lists.flatMap((list) =>
    list.flatMap((inner) => (typeof inner === 'object' && 'kind' in inner ? callsIn(inner) : [])),
  )
  return step.kind === 'call' ? [step, ...nested] : nested
}
