// How waits behind a balancer compare with one queue before all servers: exponential work, Poisson arrivals, by playing
// the chain of jumps beside the one of M/M/nc with the same draws. Prints the tables of src/core/solve/balancing.ts.
// Usage: node scripts/balancing-table.mjs [events] [filter such as least-requests/4/1/]
const [events = '2e7', filter = ''] = process.argv.slice(2)

for (const policy of ['least-requests', 'random-two'])
  for (const servers of [1, 2, 4, 16])
    for (const copies of [2, 4, 8, 16, 64])
      for (const load of [0.3, 0.5, 0.7, 0.85, 0.95]) {
        const name = `${policy}/${copies}/${servers}/${load}`
        if (name.startsWith(filter)) console.log(name, JSON.stringify(play(policy, { copies, servers, load })))
      }

function play(policy, { copies, servers, load }) {
  const random = xorshift(copies * 1000 + servers * 10 + load * 1e6)
  const all = copies * servers
  const arrival = load / (1 + load)
  const state = { at: new Int32Array(copies), servers, busy: 0, waiting: 0, turn: 0 }
  const pick = policy === 'least-requests' ? least : better
  const count = Number(events) / (copies > 16 ? 2 : 1)
  let pooled = 0
  const sums = { waiting: 0, pooled: 0, asked: 0, delayed: 0 }
  for (let i = -count / 20; i < count; i++) {
    if (i >= 0) {
      sums.waiting += state.waiting
      sums.pooled += Math.max(0, pooled - all)
    }
    const u = random()
    if (u < arrival) {
      const isDelayed = arrive(state, pick(state, random))
      pooled += 1
      if (i >= 0) sums.asked += 1
      if (i >= 0 && isDelayed) sums.delayed += 1
      continue
    }
    // A server of the pool: its first ones are those of the copies.
    const server = ((u - arrival) / (1 - arrival)) * all
    if (server < Math.min(all, pooled)) pooled -= 1
    if (server < state.busy) depart(state, server)
  }
  const pool = erlang(all, load)
  return {
    // Least requests: by way of the pool, whose chance it shares. Two at random have little in common with it.
    factor: sums.waiting / sums.pooled,
    wait: (sums.waiting / sums.pooled) * pool.wait,
    direct: sums.waiting / count / (load * all),
    delayed: sums.delayed / sums.asked,
    pool: pool.wait,
  }
}

function arrive(state, copy) {
  const isDelayed = state.at[copy] >= state.servers
  if (isDelayed) state.waiting += 1
  else state.busy += 1
  state.at[copy] += 1
  return isDelayed
}

function depart(state, server) {
  const { at, servers } = state
  let left = Math.floor(server)
  let copy = 0
  for (; left >= Math.min(servers, at[copy]); copy++) left -= Math.min(servers, at[copy])
  at[copy] -= 1
  if (at[copy] >= servers) state.waiting -= 1
  else state.busy -= 1
}

/** Ties go round. */
function least(state) {
  const { at } = state
  const copies = at.length
  state.turn = state.turn + 1 === copies ? 0 : state.turn + 1
  let best = state.turn
  for (let i = 1; i < copies; i++) {
    const copy = state.turn + i < copies ? state.turn + i : state.turn + i - copies
    if (at[copy] < at[best]) best = copy
  }
  return best
}

function better({ at }, random) {
  const one = Math.floor(random() * at.length)
  let two = Math.floor(random() * (at.length - 1))
  if (two >= one) two += 1
  return at[two] < at[one] ? two : one
}

function erlang(servers, load) {
  const offered = servers * load
  let blocked = 1
  for (let n = 1; n <= servers; n++) blocked = (offered * blocked) / (n + offered * blocked)
  const waits = blocked / (1 - load * (1 - blocked))
  return { waits, wait: waits / (servers * (1 - load)) }
}

function xorshift(seed) {
  let x = seed | 1
  let y = 362436069
  let z = 521288629
  let w = 88675123
  return () => {
    const t = x ^ (x << 11)
    x = y
    y = z
    z = w
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8)
    return (w >>> 0) / 4294967296
  }
}
