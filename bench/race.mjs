import path from 'node:path'
import { measure, probe } from './child.mjs'
import { failed, figure, mean, median, skipped, table } from './figures.mjs'

const designs = path.join(import.meta.dirname, 'designs')

/** How far two right simulators may be apart beside chance: a wrong one must not win. */
const AGREEMENT = 0.03

const budgets = { cpp: { most: 3 }, simpy: { least: 40 } }
const names = { product: 'Loadpath', cpp: 'C++', simpy: 'SimPy' }

/**
 * Plays every workload with every simulator in turn, so that all of them meet the same machine; each ratio is taken
 * inside one round.
 *
 * @returns `figures` and, for people, `text`
 */
export async function race(workloads, references, { rounds, isQuick, onProgress }) {
  const figures = []
  const rows = [['million events/s', 'Loadpath', 'C++', 'SimPy', 'time / C++', 'speed / SimPy']]
  for (const workload of workloads) {
    onProgress(`${workload.id}: ${workload.title}`)
    try {
      const played = await playRounds(workload, references, { rounds, isQuick })
      figures.push(...speedFigures(workload, played), ...agreementFigures(workload, played, { isQuick, rounds }))
      rows.push(speedRow(workload, played))
    } catch (error) {
      figures.push(failed(workload.id, `${workload.id.toUpperCase()} ${workload.title}`, error.message))
    }
  }
  return { figures, text: rows.length > 1 ? table(rows) : '' }
}

/** Runs of each simulator, by its name; one that is missing has none. */
async function playRounds(workload, { cpp, simpy }, { rounds, isQuick }) {
  const end = requestsOf(workload, isQuick) / workload.rate
  const simpyEnd = workload.requests.simpy / workload.rate / (isQuick ? 2 : 1)
  const contenders = {
    product: (seed) => probe('play', path.join(designs, `${workload.id}.loadpath.yaml`), seed, end),
    ...(cpp ? { cpp: (seed) => measure(...cpp(workload, seed, end)) } : {}),
    ...(simpy ? { simpy: (seed) => measure(...simpy(workload, seed, simpyEnd)) } : {}),
  }
  const played = { product: [], cpp: [], simpy: [] }
  for (let round = 0; round < rounds; round++) {
    const order = Object.keys(contenders)
    // Who goes first changes, so that nobody always follows the same neighbor.
    for (const name of round % 2 === 0 ? order : order.toReversed())
      played[name].push(await contenders[name](round + 1))
  }
  return played
}

const requestsOf = ({ requests }, isQuick) => (isQuick ? requests.quick : requests.full)

const speed = ({ events, seconds }) => events / seconds
const speedOf = (runs) => median(runs.map(speed))

/** Product's speed over the other's, of each round. */
const speedRatio = ({ product }, others) => median(product.map((run, round) => speed(run) / speed(others[round])))

function speedFigures({ id }, played) {
  const name = id.toUpperCase()
  const spread = (runs) => {
    const speeds = runs.map((run) => speed(run) / 1e6)
    return `${Math.min(...speeds).toFixed(1)} to ${Math.max(...speeds).toFixed(1)} in ${runs.length} rounds`
  }
  const versus = (other, unit, value) => {
    const label = `${name} ${other === 'cpp' ? 'time against C++' : 'speed against SimPy'}`
    if (played[other].length === 0) return skipped(`${id}-${other}`, label, `no ${names[other]}`)
    return figure(`${id}-${other}`, label, value(), { unit, budget: budgets[other] })
  }
  return [
    figure(`${id}-speed`, `${name} speed`, speedOf(played.product) / 1e6, {
      unit: 'M events/s',
      note: spread(played.product),
    }),
    versus('cpp', '×', () => 1 / speedRatio(played, played.cpp)),
    versus('simpy', '×', () => speedRatio(played, played.simpy)),
  ]
}

function speedRow({ id, title }, played) {
  const cell = (runs) => (runs.length === 0 ? '–' : (speedOf(runs) / 1e6).toFixed(2))
  const ratio = (runs, value) => (runs.length === 0 ? '–' : `${value().toFixed(2)}×`)
  return [
    `${id.toUpperCase()} ${title}`,
    cell(played.product),
    cell(played.cpp),
    cell(played.simpy),
    ratio(played.cpp, () => 1 / speedRatio(played, played.cpp)),
    ratio(played.simpy, () => speedRatio(played, played.simpy)),
  ]
}

/** Mean and p99 of the product against each other simulator and, where there is one, the closed form. */
function agreementFigures(workload, played, { isQuick, rounds }) {
  const figures = []
  const requests = { product: requestsOf(workload, isQuick), cpp: requestsOf(workload, isQuick) }
  requests.simpy = workload.requests.simpy / (isQuick ? 2 : 1)
  const average = (runs, what) => mean(runs.map((run) => run[what]))
  for (const what of ['mean', 'p99']) {
    const own = average(played.product, what)
    const compare = (other, value, most, note) => {
      const name = `${workload.id.toUpperCase()} ${what} against ${names[other] ?? 'the closed form'}`
      const apart = 100 * Math.abs(own / value - 1)
      const shown = `${(1000 * own).toPrecision(4)} ms against ${(1000 * value).toPrecision(4)} ms${note}`
      figures.push(figure(`${workload.id}-${what}-${other}`, name, apart, { unit: '%', budget: { most }, note: shown }))
    }
    if (workload.exact[what]) compare('exact', workload.exact[what], 100 * AGREEMENT, '')
    if (played.cpp.length > 0) compare('cpp', average(played.cpp, what), 100 * AGREEMENT, '')
    if (played.simpy.length === 0) continue
    // SimPy is too slow for as many requests as 3 % would need: chance gets its part.
    const chance = 2 * workload.noise[what] * Math.sqrt(1e6 / (rounds * requests.simpy))
    const most = Number((100 * (AGREEMENT + chance)).toFixed(1))
    compare('simpy', average(played.simpy, what), most, `; 3 % and what chance does to ${rounds} short runs`)
  }
  return figures
}
