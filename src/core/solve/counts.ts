import type { Ratio } from '../base/units.ts'
import { cdfOf, meanOf, varianceOf } from '../model/distribution.ts'
import type { Repeat } from '../model/step.ts'
import type { Registers } from './network.ts'

/** How many rounds a repetition has: a whole number with its law, as far as `shares` go. */
export interface Rounds {
  readonly mean: number
  readonly variance: number
  /** P(n rounds), n = 0..; null = too many to list. */
  readonly shares: readonly Ratio[] | null
}

/** More rounds than this are told apart by their mean and variance alone. */
const LISTED = 64

const memo = new WeakMap<Repeat, { readonly times: number; readonly rounds: Rounds }>()

/** Rounds of a {@link Repeat}: its count × register `times`, rounded up, in groups. */
export function roundsOf(step: Repeat, registers: Registers): Rounds {
  const times = step.times === null ? 1 : registers[step.times]
  const known = memo.get(step)
  if (known !== undefined && known.times === times) return known.rounds
  const rounds = counted(step, times)
  memo.set(step, { times, rounds })
  return rounds
}

/** Mean rounds for a number of things that is drawn and rounded up. */
export const roundsMean = (things: Pick<Repeat, 'count' | 'groupsOf'>): number => counted(things, 1).mean

function counted({ count, groupsOf }: Pick<Repeat, 'count' | 'groupsOf'>, times: number): Rounds {
  // Before anything is known of a cache, nothing is found in it.
  if (!(times > 0) || !(meanOf(count) > 0)) return summed([1])
  const unit = groupsOf / Math.max(1e-12, times)
  if (count.law === 'fixed') return fixedRounds((count.value * times) / groupsOf, groupsOf, times)
  const most = meanOf(count) / unit + (12 * Math.sqrt(varianceOf(count))) / unit
  if (!(most < LISTED)) {
    const mean = meanOf(count) / unit + 0.5
    return { mean, variance: varianceOf(count) / (unit * unit) + 1 / 12, shares: null }
  }
  const shares: number[] = [cdfOf(count, 0)]
  let before = shares[0] as number
  for (let n = 1; before < 1 - 1e-12 && n < 2 * LISTED; n++) {
    const upTo = cdfOf(count, n * unit)
    shares.push(upTo - before)
    before = upTo
  }
  return summed(shares)
}

function fixedRounds(exactly: number, groupsOf: number, times: number): Rounds {
  // A mean number of things that is no whole number is met on average by the two next to it.
  if (groupsOf === 1 && times !== 1 && exactly < LISTED) {
    const [low, part] = [Math.floor(exactly), exactly - Math.floor(exactly)]
    return summed(
      pointMasses([
        { n: low, p: 1 - part },
        { n: low + 1, p: part },
      ]),
    )
  }
  const n = Math.ceil(exactly - 1e-9)
  return n <= 16 * LISTED ? summed(pointMasses([{ n, p: 1 }])) : { mean: n, variance: 0, shares: null }
}

function pointMasses(points: readonly { readonly n: number; readonly p: Ratio }[]): readonly Ratio[] {
  const shares: Ratio[] = Array.from({ length: Math.max(...points.map(({ n }) => n)) + 1 }, () => 0)
  for (const { n, p } of points) shares[n] = (shares[n] ?? 0) + p
  return shares
}

function summed(shares: readonly Ratio[]): Rounds {
  let mean = 0
  let square = 0
  for (const [n, p] of shares.entries()) {
    mean += n * p
    square += n * n * p
  }
  return { mean, variance: Math.max(0, square - mean * mean), shares }
}
