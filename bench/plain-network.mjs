const STATIONS = 1000
const LINKS = 3451

/**
 * The yardstick for the solver: an open network of 1 000 queues and 3 451 links, nothing but means. Traffic equations
 * by Gauss and Seidel, then the wait at each queue (Allen and Cunneen). Fixed, so that a ratio to it is comparable.
 */
export function solvePlainNetwork() {
  const { starts, to, share } = links
  const rates = Float64Array.from(outside)
  for (let sweep = 0; sweep < 500; sweep++) {
    let moved = 0
    for (let i = 0; i < STATIONS; i++) {
      let rate = outside[i]
      for (let k = starts[i]; k < starts[i + 1]; k++) rate += rates[to[k]] * share[k]
      moved = Math.max(moved, Math.abs(rate - rates[i]) / rate)
      rates[i] = rate
    }
    if (moved < 1e-12) break
  }
  const most = Math.max(...rates)
  let waiting = 0
  for (let i = 0; i < STATIONS; i++) {
    const [servers, busy] = [1 + (i % 16), (0.9 * rates[i]) / most]
    const offered = servers * busy
    let blocked = 1
    for (let n = 1; n <= servers; n++) blocked = (offered * blocked) / (n + offered * blocked)
    const delayed = blocked / (1 - busy * (1 - blocked))
    waiting += (rates[i] * (delayed / (1 - busy)) * (1 + (i % 5))) / 2
  }
  return waiting
}

const random = generator()
const outside = Float64Array.from({ length: STATIONS }, () => random())
const links = linksBack()

/** Of each station the links that lead to it: whence, and with which share of what leaves there. */
function linksBack() {
  const pairs = Array.from({ length: LINKS }, () => [Math.floor(STATIONS * random()), Math.floor(STATIONS * random())])
  const leaving = new Float64Array(STATIONS)
  for (const [from] of pairs) leaving[from]++
  pairs.sort((a, b) => a[1] - b[1])
  const starts = new Int32Array(STATIONS + 1)
  for (const [, to] of pairs) starts[to + 1]++
  for (let i = 0; i < STATIONS; i++) starts[i + 1] += starts[i]
  const to = Int32Array.from(pairs, ([from]) => from)
  return { starts, to, share: Float64Array.from(pairs, ([from]) => 0.8 / leaving[from]) }
}

function generator() {
  let state = 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
