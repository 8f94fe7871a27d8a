import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import * as core from '../../src/core/index.ts'
import { type ClosedPoint, closedPoints } from './closed-grid.ts'
import { modelOf } from './simulated.ts'

/** Value and half width of the simulator's 95 % interval. */
type Measured = readonly [value: number, halfWidth: number]

interface Stored {
  readonly hash: string
  readonly flows: Readonly<Record<string, { readonly mean: Measured; readonly p99: Measured }>>
}

const file = path.join(import.meta.dirname, 'closed-simulated.json')
const hashOf = ({ design }: ClosedPoint): string => createHash('sha256').update(design).digest('hex').slice(0, 8)

function played(point: ClosedPoint): Stored {
  const { flows } = core.simulate(modelOf(point, core), {
    seed: 5,
    duration: 1500,
    replications: 4,
    eventsMax: Infinity,
  })
  const measured = (of: core.Estimate): Measured => [
    Number((of.value ?? Number.NaN).toPrecision(6)),
    Number((((of.high ?? Number.NaN) - (of.low ?? Number.NaN)) / 2).toPrecision(3)),
  ]
  return {
    hash: hashOf(point),
    flows: Object.fromEntries(
      Object.entries(flows).map(([name, { response_time_s: time }]) => [
        name,
        { mean: measured(time.mean), p99: measured(time.p99) },
      ]),
    ),
  }
}

// SIMULATE=1 plays what is stale: about two seconds a point.
const known = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Stored>
if (process.env['SIMULATE'] === '1') {
  const fresh = closedPoints.map((point) => {
    const before = known[point.id]
    return [point.id, before?.hash === hashOf(point) ? before : played(point)] as const
  })
  for (const [id, stored] of fresh) known[id] = stored
  const lines = fresh.map(([id, stored]) => `  ${JSON.stringify(id)}: ${JSON.stringify(stored)}`)
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`)
}

describe('closed networks', () => {
  it('are stored as the simulator plays them (SIMULATE=1 does so)', () => {
    expect(Object.keys(known)).toEqual(closedPoints.map(({ id }) => id))
    expect(closedPoints.filter((point) => known[point.id]?.hash !== hashOf(point))).toEqual([])
    const [first] = closedPoints
    if (first !== undefined) expect(played(first)).toEqual(known[first.id])
  })

  it.each(closedPoints)('are no further off than the solver says: $id', (point) => {
    const model = modelOf(point, core)
    const solution = core.solve(model)
    expect(solution.isConverged).toBe(true)
    const far = model.flows.flatMap(({ id }, flow) => {
      const simulated = known[point.id]?.flows[id]
      const law = solution.laws[flow]
      if (simulated === undefined || !law) return [`${id}: no answer`]
      const found = { mean: law.mean, p99: law.quantile(0.99) }
      const claimed = { mean: solution.flows[flow]?.mean ?? null, p99: solution.flows[flow]?.tail ?? null }
      return (['mean', 'p99'] as const).flatMap((figure) => {
        const [value, halfWidth] = simulated[figure]
        const claim = claimed[figure]
        // Unknown is admitted; four runs leave some chance beyond their own interval.
        const allowed = claim === null ? Infinity : claim * value + halfWidth + 0.012 * value
        return Math.abs(found[figure] - value) <= allowed
          ? []
          : [`${id} ${figure}: ${found[figure]}, simulated ${value} ± ${halfWidth}, claimed ${claim}`]
      })
    })
    expect(far).toEqual([])
  })

  it('are exact on average in product form, whoever comes beside', () => {
    const own = closedPoints.filter(({ id }) => /^product form|open work of 30 ms/.test(id))
    const claims = own.flatMap((point) => core.solve(modelOf(point, core)).flows.map(({ mean }) => mean))
    expect(own.length).toBe(12)
    expect(claims.filter((mean) => mean !== 0)).toEqual([])
  })
})
