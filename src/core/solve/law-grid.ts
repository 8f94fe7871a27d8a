/**
 * Laws of times as masses on one logarithmic grid. A time that falls between nodes is split over three of them so that
 * mass, mean and second moment stay exact; so a sum of many laws has the variance it should have. The masses of a
 * smooth law are then its density at the nodes times their distance, and a few of them may be slightly negative.
 */
import { exp, log } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'

export interface Grid {
  /** P(T = 0). */
  readonly atom: Ratio
  /** Mass at {@link nodeTime}(k); 0 outside `first`..`last`. */
  readonly masses: Float64Array
  readonly first: number
  /** Below `first` when all the mass is the atom. */
  readonly last: number
}

const LOWEST = 1e-8
const PER_DECADE = 40
const NODES = 14 * PER_DECADE + 1
/** Distance of two nodes in log t. */
const STEP = log(10) / PER_DECADE
const times = new Float64Array(NODES + 1)
for (let k = 0; k <= NODES; k++) times[k] = LOWEST * exp(k * STEP)
const EDGE = exp(STEP / 2)

/** Time of node k in seconds. */
export const nodeTime = (k: number): Seconds => times[k] as number

/** Upper edge of the cell of node k: the geometric middle between it and the next. */
export const cellEdge = (k: number): Seconds => (k < 0 ? LOWEST / EDGE : (times[k] as number) * EDGE)

// A time (1 + x) t_k gets the weights x(x - UP)/LOW_SCALE at k - 1 and x(x - DOWN)/UP_SCALE at k + 1 (Lagrange).
const DOWN = exp(-STEP) - 1
const UP = exp(STEP) - 1
const LOW_SCALE = DOWN * (DOWN - UP)
const UP_SCALE = UP * (UP - DOWN)

// For d = i - j: t_i + t_j lies nearest to node i + offset, with the split around it.
const NEAR = 1 + Math.floor(-log(EDGE - 1) / STEP)
const OVER = Math.ceil(log(2) / STEP) + 3
const offsets = new Int32Array(NEAR)
const lowWeights = new Float64Array(NEAR)
const upWeights = new Float64Array(NEAR)
for (let d = 0; d < NEAR; d++) {
  const ratio = 1 + exp(-d * STEP)
  const offset = Math.round(log(ratio) / STEP)
  const x = ratio * exp(-offset * STEP) - 1
  offsets[d] = offset
  lowWeights[d] = (x * (x - UP)) / LOW_SCALE
  upWeights[d] = (x * (x - DOWN)) / UP_SCALE
}

/** All the mass at 0. */
export const pointGrid: Grid = { atom: 1, masses: new Float64Array(NODES), first: 0, last: -1 }

/** Mass of no account at the ends. */
const PRUNED = 1e-12

/**
 * The grid of a law with this tail P(T > t). Cell by cell the moments 0, 1 and 2 come from the tail (Simpson).
 */
export function gridOfTail(tail: (t: Seconds) => Ratio): Grid {
  const above = tail(0)
  if (!(above > 1e-15)) return pointGrid
  const { low, high } = rangeOf(tail, above)
  const masses = new Float64Array(NODES + 1)
  let before = tail(cellEdge(low))
  masses[low] = above - before
  for (let k = low + 1; k <= high; k++) {
    const after = tail(cellEdge(k))
    if (before > after) putCell(masses, k, tail, { before, after })
    before = after
  }
  masses[high] = (masses[high] as number) + before
  masses[NODES - 1] = (masses[NODES - 1] as number) + (masses[NODES] as number)
  masses[NODES] = 0
  return pruned(1 - above, masses, { first: Math.max(0, low), last: Math.min(NODES - 1, high + 1) })
}

/**
 * The grid of a law by its density, per second: the masses at the nodes are that times their distance. Undefined where
 * the density is too narrow or too steep for this.
 */
export function gridOfDensity(density: (t: Seconds) => PerSecond, mean: Seconds): Grid | undefined {
  const masses = new Float64Array(NODES + 1)
  let total = 0
  let first = 0
  while (first < NODES - 1 && (times[first] as number) < 1e-7 * mean) first++
  let last = first
  for (let k = first; k < NODES; k++) {
    const t = times[k] as number
    const mass = STEP * t * density(t)
    masses[k] = mass
    total += mass
    last = k
    if (t > mean && mass < PRUNED / 10) break
  }
  if (Math.abs(total - 1) > 1e-7) return undefined
  for (let k = first; k <= last; k++) masses[k] = (masses[k] as number) / total
  return pruned(0, masses, { first, last })
}

/** Adds the mass between two edges, with its first two moments about the node. */
function putCell(
  masses: Float64Array,
  k: number,
  tail: (t: Seconds) => Ratio,
  { before, after }: { before: Ratio; after: Ratio },
): void {
  const middle = tail((times[k] as number) * (1 + CELL_MIDDLE))
  const mass = before - after
  const first = CELL_FROM * before - CELL_TO * after + (CELL_SPAN / 6) * (before + 4 * middle + after)
  const second =
    CELL_FROM * CELL_FROM * before -
    CELL_TO * CELL_TO * after +
    (CELL_SPAN / 3) * (CELL_FROM * before + 4 * CELL_MIDDLE * middle + CELL_TO * after)
  // A jump inside the cell leaves the quadrature outside of what masses can have.
  const mean = Math.min(CELL_TO, Math.max(CELL_FROM, first / mass))
  const square = Math.min(CELL_TO * CELL_TO, Math.max(mean * mean, second / mass))
  const low = (mass * (square - UP * mean)) / LOW_SCALE
  const up = (mass * (square - DOWN * mean)) / UP_SCALE
  masses[k - 1] = (masses[k - 1] as number) + low
  masses[k] = (masses[k] as number) + mass - low - up
  masses[k + 1] = (masses[k + 1] as number) + up
}

// The cell of a node from its lower to its upper edge, in node times from the node.
const CELL_FROM = 1 / EDGE - 1
const CELL_TO = EDGE - 1
const CELL_MIDDLE = (CELL_FROM + CELL_TO) / 2
const CELL_SPAN = CELL_TO - CELL_FROM

/** The cells of account: below them times weigh 1e-7 of the mean, above them masses are pruned. */
function rangeOf(tail: (t: Seconds) => Ratio, above: Ratio): { readonly low: number; readonly high: number } {
  const stride = PER_DECADE / 2
  const below: number[] = []
  // t S(t) <= mean (Markov).
  let scale = 0
  let high = stride
  for (; high < NODES - 1; high += stride) {
    const edge = cellEdge(high)
    const late = tail(edge)
    below.push((above - late) * edge)
    scale = Math.max(scale, late * edge)
    if (late <= PRUNED) break
  }
  const low = below.findIndex((weight) => weight > 1e-7 * scale)
  return { low: Math.max(0, low) * stride, high: Math.min(NODES - 1, high) }
}

/** The law of the sum of two independent times. */
export function convolved(a: Grid, b: Grid): Grid {
  if (a.last < a.first && a.atom === 1) return b
  if (b.last < b.first && b.atom === 1) return a
  const out = new Float64Array(NODES + OVER)
  addNear(out, a, b)
  addFar(out, a, b)
  addFar(out, b, a)
  for (let k = NODES; k < NODES + OVER; k++) out[NODES - 1] = (out[NODES - 1] as number) + (out[k] as number)
  const first = Math.max(0, Math.min(a.first, b.first) - 1)
  return pruned(a.atom * b.atom, out, { first, last: Math.min(NODES - 1, Math.max(a.last, b.last) + OVER) })
}

/** Pairs of which the smaller time moves the sum to other nodes. */
function addNear(out: Float64Array, a: Grid, b: Grid): void {
  const left = a.masses
  const right = b.masses
  for (let d = 0; d < NEAR; d++) {
    const from = Math.min(Math.max(a.first, b.first + d), Math.max(b.first, a.first + d))
    const to = Math.max(Math.min(a.last, b.last + d), Math.min(b.last, a.last + d))
    const low = lowWeights[d] as number
    const up = upWeights[d] as number
    const middle = 1 - low - up
    let k = Math.max(from, d) + (offsets[d] as number)
    for (let i = Math.max(from, d); i <= to; i++, k++) {
      let mass = (left[i] as number) * (right[i - d] as number)
      if (d > 0) mass += (left[i - d] as number) * (right[i] as number)
      out[k - 1] = (out[k - 1] as number) + low * mass
      out[k] = (out[k] as number) + middle * mass
      out[k + 1] = (out[k + 1] as number) + up * mass
    }
  }
}

/**
 * Pairs of a time of `a` and a far smaller one of `b`: the split is linear in 1, t and t² of the smaller, so all of
 * them together are one split with the partial moments; the same numbers as one by one.
 */
function addFar(out: Float64Array, a: Grid, b: Grid): void {
  let mass = b.atom
  let first = 0
  let second = 0
  let j = b.first
  for (let i = a.first; i <= a.last; i++) {
    for (; j <= b.last && j <= i - NEAR; j++) {
      const m = b.masses[j] as number
      const t = times[j] as number
      mass += m
      first += m * t
      second += m * t * t
    }
    const own = a.masses[i] as number
    if (first === 0) {
      out[i] = (out[i] as number) + own * mass
      continue
    }
    const node = times[i] as number
    const x = first / node
    const square = second / (node * node)
    const low = (own * (square - UP * x)) / LOW_SCALE
    const up = (own * (square - DOWN * x)) / UP_SCALE
    out[i - 1] = (out[i - 1] as number) + low
    out[i] = (out[i] as number) + own * mass - low - up
    out[i + 1] = (out[i + 1] as number) + up
  }
}

/** Moves what is of no account at the ends inwards. */
function pruned(atom: Ratio, masses: Float64Array, range: { readonly first: number; readonly last: number }): Grid {
  let { first, last } = range
  let mean = 0
  for (let k = first; k <= last; k++) mean += (masses[k] as number) * (times[k] as number)
  const scale = 1e-7 * mean
  let mass = masses[first] as number
  while (first < last && (Math.abs(mass) < PRUNED || Math.abs(mass) * (times[first] as number) < scale)) {
    masses[first] = 0
    first++
    mass += masses[first] as number
    masses[first] = mass
  }
  mass = masses[last] as number
  while (first < last && Math.abs(mass) < PRUNED) {
    masses[last] = 0
    last--
    mass += masses[last] as number
    masses[last] = mass
  }
  return { atom, masses, first, last }
}

/** The law of `factor` × T. */
export function scaledGrid(grid: Grid, factor: number): Grid {
  const out = gridMaker()
  out.add(grid, { share: 1, times: factor, shift: 0 })
  return out.made()
}

/** Collects parts of a mixture. */
export interface GridMaker {
  readonly add: (grid: Grid, move: { readonly share: Ratio; readonly times: number; readonly shift: Seconds }) => void
  readonly made: () => Grid
}

/** A mixture of grids, each scaled and then moved up. */
export function gridMaker(): GridMaker {
  let atom = 0
  const masses = new Float64Array(NODES + 1)
  const put = (t: Seconds, mass: Ratio): void => {
    if (t < LOWEST) atom += mass
    else putPoint(masses, t, mass)
  }
  return {
    add(grid, { share, times: factor, shift }) {
      if (grid.atom !== 0) put(shift, share * grid.atom)
      for (let k = grid.first; k <= grid.last; k++) {
        const mass = share * (grid.masses[k] as number)
        if (factor === 1 && shift === 0) masses[k] = (masses[k] as number) + mass
        else put((times[k] as number) * factor + shift, mass)
      }
    },
    made: () => pruned(atom, masses, { first: 0, last: NODES - 1 }),
  }
}

function putPoint(masses: Float64Array, t: Seconds, mass: Ratio): void {
  const k = Math.max(1, Math.min(NODES - 1, Math.round(log(t / LOWEST) / STEP)))
  const x = Math.min(EDGE, t / (times[k] as number)) - 1
  const low = (mass * x * (x - UP)) / LOW_SCALE
  const up = k === NODES - 1 ? 0 : (mass * x * (x - DOWN)) / UP_SCALE
  masses[k - 1] = (masses[k - 1] as number) + low
  masses[k] = (masses[k] as number) + mass - low - up
  masses[k + 1] = (masses[k + 1] as number) + up
}

/** Mean (seconds) and second moment. */
export function momentsOfGrid(grid: Grid): { readonly first: number; readonly second: number } {
  let first = 0
  let second = 0
  for (let k = grid.first; k <= grid.last; k++) {
    const part = (grid.masses[k] as number) * (times[k] as number)
    first += part
    second += part * (times[k] as number)
  }
  return { first, second }
}

/** P(T > t) of a grid: cubics between the edges of cells, whose slopes come from the masses. */
export function tailOfGrid(grid: Grid): (t: Seconds) => Ratio {
  const { first, last } = grid
  const above = Math.min(1, Math.max(0, 1 - grid.atom))
  const { tails, slopes } = edgesOf(grid, above)
  const base = cellEdge(first - 1)
  return (t) => {
    if (t < 0) return 1
    if (t <= base) return above
    const place = log(t / base) / STEP
    const k = Math.floor(place)
    if (k > last - first) return 0
    const x = place - k
    const before = tails[k] as number
    const fall = before - (tails[k + 1] as number)
    // Slopes beyond three times the fall would make the cubic turn (Fritsch and Carlson 1980).
    const a = Math.min(slopes[k] as number, 3 * fall)
    const b = Math.min(slopes[k + 1] as number, 3 * fall)
    return before - x * (a + x * (3 * fall - 2 * a - b + x * (a + b - 2 * fall)))
  }
}

/** Tail and density at the upper edges of the cells `first` - 1 to `last`, the density per step of the grid. */
function edgesOf(
  { first, last, masses }: Grid,
  above: Ratio,
): { readonly tails: Float64Array; readonly slopes: Float64Array } {
  const count = Math.max(0, last - first + 1)
  const tails = new Float64Array(count + 1)
  const slopes = new Float64Array(count + 1)
  const massAt = (k: number): number => (k < first || k > last ? 0 : (masses[k] as number))
  let sum = 0
  for (let k = last; k >= first; k--) {
    const own = massAt(k)
    const next = massAt(k + 1)
    // Sums of the density at the nodes against its integral to an edge (Euler and Maclaurin).
    tails[k - first + 1] = k === last ? 0 : sum - (next - own) / 24
    slopes[k - first + 1] = Math.max(0, (9 * (own + next) - massAt(k - 1) - massAt(k + 2)) / 16)
    sum += own
  }
  tails[0] = above
  for (let k = 1; k <= count; k++) tails[k] = Math.max(0, Math.min(tails[k - 1] as number, tails[k] as number))
  return { tails, slopes }
}
