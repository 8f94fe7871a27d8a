import { describe, expect, it } from 'vitest'
import { analyse, prepare, simulate } from '../index.ts'

const design = (lag: string, rest: string) => `
loadpath: 1
name: ledger
load: { tellers: { rate: 100/s, mix: { post: 100% } } }
components:
  db:
    kind: postgres
    size: { cpu: 8, memory: 32 GiB }
    replicas: { count: 1, mode: async, lag: ${lag}, failover: { detect: 10 s, promote: 15 s } }
    ${rest}
    tables: { entries: { rows: 1 M, row: 300 B, key: id } }
flows: { post: { from: tellers, steps: [{ tx: db, do: [{ write: db.entries }] }] } }
requirements: { recovery: { entries: { rpo: 2 s, rto: 30 s } } }
scenarios:
  leader: { faults: [{ at: 30 s, kill: 'db[0]', for: 60 s }] }
  replica: { faults: [{ at: 30 s, kill: 'db[1]', for: 60 s }] }
  all: { faults: [{ at: 30 s, kill: 'db', for: 40 s }] }
  again: { faults: [{ at: 30 s, kill: 'db[0]', for: 60 s }, { at: 85 s, kill: 'db[1]', for: 30 s }] }
  lost: { faults: [{ at: 30 s, kill: 'db', for: 10 s, disks: lost }] }
`

const both = (scenario: string, { lag = 'fixed(500 ms)', rest = '' } = {}) => {
  const options = { file: 'ledger.yaml', variant: null, scenarios: [scenario], sets: [], limits: {} }
  const { models, diagnostics } = prepare(design(lag, rest), options)
  const [model] = models
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  const of = ({ objectives }: ReturnType<typeof analyse>, indicator: string) => {
    const found = objectives.find((one) => one.indicator === indicator)
    if (found === undefined) throw new Error('no objective')
    return { verdict: found.verdict, ...found.measured }
  }
  const [solved, played] = [analyse(model), simulate(model, { eventsMax: 3e6 })]
  return {
    rto: [of(solved, 'rto'), of(played, 'rto')] as const,
    rpo: [of(solved, 'rpo'), of(played, 'rpo')] as const,
  }
}

describe('what a failure costs', () => {
  it('is the time until the next copy leads, and what only the dead leader had', () => {
    const { rto, rpo } = both('leader')
    expect(rto[0]).toEqual({ verdict: 'met', value: 25, low: 25, high: 25 })
    expect(rto[1].value).toBeCloseTo(25, 6)
    const [{ value, low, high }, played] = rpo
    expect(value).toBeGreaterThan(0.47)
    expect(high).toBeLessThan(0.6)
    expect(played.value).toBeGreaterThan(low ?? Infinity)
    expect(played.value).toBeLessThan(high ?? 0)
    expect(rpo.map(({ verdict }) => verdict)).toEqual(['met', 'met'])
  })
  it('has the played age within its bounds where the lag varies', () => {
    const [{ low, high }, played] = both('leader', { lag: '{ p50: 40 ms, p99: 200 ms }' }).rpo
    expect(played.value).toBeGreaterThan(low ?? Infinity)
    expect(played.value).toBeLessThan(high ?? 0)
    expect(high).toBeLessThan(2)
  })
  it('is nothing where a follower dies, and no data where all come back with their disks', () => {
    const { rto, rpo } = both('replica')
    for (const one of [...rto, ...rpo]) expect(one).toMatchObject({ verdict: 'met', value: 0 })
    const all = both('all')
    for (const one of all.rto) expect(one).toMatchObject({ verdict: 'missed', value: 40 })
    for (const one of all.rpo) expect(one).toMatchObject({ verdict: 'met', value: 0 })
  })
  it('ends when the first copy leads again while the second one is dead', () => {
    const { rto } = both('again')
    expect(rto.map(({ verdict }) => verdict)).toEqual(['met', 'met'])
    for (const { value } of rto) expect(value).toBeCloseTo(25, 6)
  })
  it('is as old as the backup where all disks are lost, and takes as long as that is read', () => {
    const { rto, rpo } = both('lost', { rest: 'backup: { every: 10 min, keep: 7 d }' })
    expect(rpo[0]).toEqual({ verdict: 'missed', value: 600, low: 600, high: 600 })
    expect(rpo[1].value).toBe(600)
    expect(rto[0].value).toBeCloseTo(rto[1].value ?? 0, 6)
  })
})
