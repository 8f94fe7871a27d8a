import { describe, expect, it } from 'vitest'
import { breakdowns, erlangTransform, longestWait } from '../../../tests/theory/formulas.ts'
import { exponential, fixed, hyperexponential, lognormal, type Distribution } from '../model/distribution.ts'
import { lawOf, quantile, type Law } from './law.ts'
import { solveStation, type StationLoad } from './station.ts'

type Visit = readonly [rate: number, work: Distribution, priority?: number]

/** A station with all that is not said left out. */
function solved(
  visits: readonly Visit[],
  station: Partial<StationLoad['station']> = {},
  arrivals: Partial<Omit<StationLoad, 'station' | 'classes'>> = {},
) {
  return solveStation({
    station: {
      servers: 1,
      discipline: 'fifo',
      waitingRoom: Infinity,
      whenFull: 'reject',
      patience: null,
      outages: null,
      ...station,
    },
    classes: visits.map(([rate, work, priority = 1]) => ({ rate, work: lawOf(work), distribution: work, priority })),
    arrivalScv: 1,
    transform: null,
    batch: 1,
    ...arrivals,
  })
}

/** Relative error of at most 1e-6. */
function near(actual: number, expected: number, error = 1e-6): void {
  expect(Math.abs(actual / expected - 1), `${actual} for ${expected}`).toBeLessThan(error)
}

function quantiles(law: Law, expected: Readonly<Record<string, number>>, error = 1e-6): void {
  for (const [p, value] of Object.entries(expected)) near(quantile(law, Number(p)), value, error)
}

describe('stations, against known answers', () => {
  it('M/M/1 at 80 %', () => {
    const { response, wait, inSystem, queueLength, method } = solved([[80, exponential(0.01)]])
    near(response(0).mean, 0.05)
    near(wait(0).mean, 0.04)
    near(inSystem, 4)
    near(queueLength, 3.2)
    quantiles(response(0), { 0.5: 0.034657359, 0.9: 0.11512925, 0.99: 0.23025851, 0.999: 0.34538776 })
    quantiles(wait(0), { 0.5: 0.023500181, 0.9: 0.10397208, 0.99: 0.21910133, 0.999: 0.33423059 })
    expect(method).toEqual({ kind: 'exact' })
  })

  it('M/M/4 at 85 %', () => {
    const { response, wait, inSystem } = solved([[340, exponential(0.01)]], { servers: 4 })
    near(wait(0).tail(0), 0.68931622)
    near(wait(0).mean, 0.011488604)
    near(inSystem, 7.3061253)
    quantiles(wait(0), { 0.5: 0.0053515337, 0.9: 0.032175499, 0.99: 0.070551917, 0.999: 0.10892834 })
    quantiles(response(0), { 0.5: 0.016558227, 0.9: 0.046312043, 0.99: 0.085593882, 0.999: 0.12415101 })
  })

  it('M/D/1 at 80 % and M/D/4 at 90 %', () => {
    const one = solved([[80, fixed(0.01)]])
    near(one.wait(0).mean, 0.02)
    near(one.wait(0).tail(0), 0.8)
    quantiles(one.wait(0), {
      0.5: 0.012759399,
      0.9: 0.050115115,
      0.95: 0.06620325,
      0.99: 0.10355887,
      0.999: 0.15700268,
    })
    quantiles(one.response(0), { 0.5: 0.022759399, 0.99: 0.11355887 })
    const four = solved([[360, fixed(0.01)]], { servers: 4 })
    near(four.wait(0).mean, 0.0099996589)
    near(four.wait(0).tail(0), 0.77543659)
    quantiles(four.wait(0), {
      0.5: 0.0062114991,
      0.9: 0.025604449,
      0.95: 0.033969863,
      0.99: 0.053393772,
      0.999: 0.081183103,
    })
    expect(four.method).toEqual({ kind: 'exact' })
  })

  it('M/G/1 with log-normal work: mean exact, percentiles within 3 %', () => {
    const { wait } = solved([[70, lognormal(0.01, 2)]])
    near(wait(0).mean, 0.058333333)
    quantiles(wait(0), { 0.5: 0.01575, 0.9: 0.1645, 0.95: 0.25225, 0.99: 0.51325, 0.999: 1.109 }, 0.03)
  })

  it('processor sharing takes x/(1-ρ), whatever the law', () => {
    for (const law of [exponential(0.008), fixed(0.008), hyperexponential(0.008, 3)]) {
      const { response, inSystem, wait } = solved([[93.75, law]], { discipline: 'ps' })
      near(response(0).mean, 0.032)
      near(wait(0).mean, 0.024)
      near(inSystem, 3)
    }
    const { response } = solved(
      [
        [93.75 / 2, fixed(0.004)],
        [93.75 / 2, fixed(0.012)],
      ],
      { discipline: 'ps' },
    )
    near(response(0).mean, 0.016)
    near(response(1).mean, 0.048)
  })

  it('E4/M/3 by Takács', () => {
    const transform = erlangTransform(4, 2.4)
    const { wait, method } = solved([[2.4, exponential(1)]], { servers: 3 }, { arrivalScv: 0.25, transform })
    near(wait(0).tail(0), 0.52461153)
    near(wait(0).mean, 0.57136904)
    near(quantile(wait(0), 0.99), 4.3130258)
    expect(method).toEqual({ kind: 'exact' })
  })

  it('finite rooms: M/M/2/10, and Erlang B for any law of work', () => {
    const { rejected, utilization, inSystem, response, wait } = solved([[190, exponential(0.01)]], {
      servers: 2,
      waitingRoom: 8,
    })
    near(rejected, 0.073699788)
    near(utilization, 0.8799852)
    near(inSystem, 4.7661193)
    near(response(0).mean, 0.027080679)
    near(wait(0).mean, 0.017080679)
    for (const law of [exponential(0.1), fixed(0.1), lognormal(0.1, 2)]) {
      const lost = solved([[200, law]], { servers: 25, waitingRoom: 0 })
      near(lost.rejected, 0.050221778)
      near(lost.inSystem, 18.995564)
      expect(lost.method).toEqual({ kind: 'exact' })
    }
  })

  it('two priorities on one server', () => {
    const classes: Visit[] = [
      [30, exponential(0.01), 1],
      [40, exponential(0.01), 2],
    ]
    const plain = solved(classes, { discipline: 'priority' })
    near(plain.wait(0).mean, 0.01)
    near(plain.wait(1).mean, 1 / 30)
    near(plain.response(1).mean, 0.043333333)
    const resumed = solved(classes, { discipline: 'preemptive' })
    near(resumed.response(0).mean, 0.014285714)
    near(resumed.response(1).mean, 0.047619048)
  })

  it('infinitely many servers: nobody waits', () => {
    const { inSystem, wait, method } = solved([[120, lognormal(0.25, 2)]], { servers: Infinity })
    near(inSystem, 30)
    expect(wait(0).mean).toBe(0)
    expect(method).toEqual({ kind: 'exact' })
  })

  it('batches of 5 at 70 %', () => {
    const { inSystem, response, wait } = solved([[70, exponential(0.01)]], {}, { batch: 5 })
    near(inSystem, 7)
    near(response(0).mean, 0.1)
    near(wait(0).mean, 0.09)
  })

  it('patience: exponential and fixed', () => {
    const a = solved([[0.8, exponential(60)]], { servers: 50, patience: exponential(120) })
    near(a.abandoned, 0.030912249)
    near(a.queueLength, 2.9675759)
    near(a.utilization, 0.93032424)
    const d = solved([[90, exponential(0.01)]], { patience: fixed(0.05) })
    near(d.abandoned, 0.10730621)
    near(d.utilization, 0.80342441)
    near(d.wait(0).mean, 0.017877032)
    near(d.abandonedAfter, 0.05)
    near(longestWait(90, 0.01, 0.05).wait, d.wait(0).mean)
  })

  it('outages of M/M/1', () => {
    const outages = { up: exponential(60), down: exponential(5) }
    const { inSystem, response } = solved([[50, exponential(0.01)]], { outages })
    near(response(0).mean, 0.8627972)
    near(response(0).mean, breakdowns(50, 0.01, { up: 60, down: 5 }))
    near(inSystem, 43.13986)
  })
})
