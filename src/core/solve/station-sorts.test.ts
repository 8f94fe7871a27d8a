import { describe, expect, it } from 'vitest'
import { exponential, fixed, hyperexponential, lognormal, type Distribution } from '../model/distribution.ts'
import { lawOf } from './law.ts'
import { solveStation, type StationLoad } from './station.ts'

type Visit = readonly [rate: number, work: Distribution, priority?: number]

const plain: StationLoad['station'] = {
  servers: 1,
  discipline: 'fifo',
  waitingRoom: Infinity,
  whenFull: 'reject',
  patience: null,
  outages: null,
}

function solved(
  visits: readonly Visit[],
  station: Partial<StationLoad['station']> = {},
  arrivals: Partial<Omit<StationLoad, 'station' | 'classes'>> = {},
) {
  const classes = visits.map(([rate, work, priority = 1]) => {
    return { rate, work: lawOf(work), distribution: work, priority }
  })
  return solveStation({
    station: { ...plain, ...station },
    classes,
    arrivalScv: 1,
    transform: null,
    batch: 1,
    ...arrivals,
  })
}

describe('stations of every sort', () => {
  const works = [exponential(1), fixed(1), hyperexponential(1, 2), lognormal(1, 1.5), lognormal(1, 0.3), fixed(0)]
  const disciplines = ['fifo', 'lifo', 'ps', 'priority', 'preemptive'] as const
  const patiences = [null, exponential(1), fixed(2), lognormal(1, 1)]

  it('say finite numbers that fit together (Little)', () => {
    for (const discipline of disciplines) {
      for (const [servers, load] of [
        [1, 0.2],
        [1, 0.95],
        [3, 0.7],
        [2, 1.4],
        [400, 0.9],
      ] as const) {
        for (const work of works) {
          for (const patience of patiences) {
            for (const waitingRoom of [0, 4, Infinity])
              check({ discipline, servers, patience, waitingRoom }, { work, load })
          }
        }
      }
    }
  })

  it('and so they do with outages, batches, uneven arrivals and rooms that drop the oldest', () => {
    const outages = { up: exponential(50), down: lognormal(5, 1) }
    for (const discipline of disciplines) {
      for (const work of works) {
        for (const waitingRoom of [3, 1000, Infinity]) {
          for (const arrivals of [
            { batch: 4 },
            { batch: 2.5, arrivalScv: 0.5 },
            { arrivalScv: 0 },
            { arrivalScv: 6 },
          ]) {
            for (const servers of [1, 8, Infinity]) {
              for (const patience of [null, fixed(3)]) {
                const station = {
                  discipline,
                  servers,
                  waitingRoom,
                  patience,
                  whenFull: 'drop-oldest',
                  outages,
                } as const
                sane(
                  solved([[0.6 * Math.min(servers, 10), work]], station, arrivals),
                  JSON.stringify({ ...station, arrivals, work }),
                )
                sane(
                  solved([[0.6 * Math.min(servers, 10), work]], { ...station, outages: null }, arrivals),
                  JSON.stringify({ ...station, arrivals, work }),
                )
              }
            }
          }
        }
      }
    }
  })

  function sane(answer: ReturnType<typeof solved>, name: string): void {
    const { rejected, abandoned, queueLength, inSystem, departureScv, wait, response } = answer
    const figures = [rejected, abandoned, queueLength, inSystem, departureScv, wait(0).mean, response(0).variance]
    expect(
      figures.every((x) => Number.isFinite(x) && x >= -1e-9),
      `${name} ${figures.join(' ')}`,
    ).toBe(true)
    const tails = [0, 0.5, 1, 3, 10, 100, 1e9].map(response(0).tail)
    expect(
      tails.every((p, i) => p >= 0 && p <= (tails[i - 1] ?? 1) + 1e-9),
      `${name} ${tails.join(' ')}`,
    ).toBe(true)
  }

  function check(station: Partial<StationLoad['station']>, { work, load }: { work: Distribution; load: number }): void {
    const rate = load * (station.servers ?? 1)
    const answer = solved(
      [
        [rate / 2, work, 1],
        [rate / 2, work, 2],
      ],
      station,
    )
    const name = JSON.stringify({ ...station, waitingRoom: String(station.waitingRoom), work, load })
    if (answer.isOverloaded) return
    const { rejected, abandoned, abandonedAfter, inSystem, wait, response } = answer
    const served = (response(0).mean + response(1).mean) / 2
    const little = rate * ((1 - rejected - abandoned) * served + abandoned * abandonedAfter)
    expect(Math.abs(little - inSystem), `${name} ${little} ${inSystem}`).toBeLessThan(0.02 * inSystem + 1e-6)
    expect(rejected >= 0 && abandoned >= 0 && rejected + abandoned < 1, name).toBe(true)
    for (const law of [wait(0), wait(1), response(1)]) {
      const tails = [0, 0.5, 1, 3, 10, 1e9].map(law.tail)
      expect(
        tails.every((p, i) => p >= -1e-9 && p <= (tails[i - 1] ?? 1) + 1e-9),
        `${name} ${tails.join(' ')}`,
      ).toBe(true)
      expect(law.variance >= 0 && law.mean >= 0, name).toBe(true)
    }
  }
})
