import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { loadpath, probe, reason } from './child.mjs'
import { figure, median, skipped } from './figures.mjs'

const root = path.resolve(import.meta.dirname, '..')
const design = (name) => path.join(import.meta.dirname, 'designs', `${name}.loadpath.yaml`)
const MEGABYTE = 1e6

/** The figures that need nobody to compare with. Each is measured on its own and may fail on its own. */
export const sections = { example, examples, memory, threads, compile, check, solver }

const shortener = path.join('examples', 'url-shortener')
const isShortenerThere = () => existsSync(path.join(root, shortener))

/** Events a second of a real design on one core. */
async function example({ rounds, isQuick }) {
  const name = 'url-shortener speed, one core'
  const file = path.join(shortener, 'url-shortener.loadpath.yaml')
  if (!isShortenerThere()) return [skipped('example-speed', name, 'examples/url-shortener is not there')]
  const runs = []
  for (let round = 0; round < rounds; round++) runs.push(await probe('plan', file, round + 1, isQuick ? 5 : 10))
  const speed = median(runs.map(({ kernelEvents, seconds }) => kernelEvents / seconds)) / 1e6
  const note = `${Math.round(median(runs.map(({ kernelEvents }) => kernelEvents)) / 1e6)} M events a run`
  return [figure('example-speed', name, speed, { unit: 'M events/s', budget: { least: 1.5 }, note })]
}

/** Events a second of every example on one core, and of the slowest of them. */
async function examples({ rounds, isQuick }) {
  const folder = path.join(root, 'examples')
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []))
  const figures = []
  for (const name of names.toSorted()) {
    const file = path.join('examples', name, `${name}.loadpath.yaml`)
    const speeds = []
    for (let round = 0; round < Math.min(rounds, 3); round++) {
      const { kernelEvents, seconds } = await probe('speed', file, round + 1, isQuick ? 5e5 : 2e6)
      speeds.push(kernelEvents / seconds / 1e6)
    }
    figures.push(figure(`example-${name}`, `examples/${name}`, median(speeds), { unit: 'M events/s' }))
  }
  const slowest = Math.min(...figures.map(({ value }) => value))
  return [
    ...figures,
    figure('examples', 'the slowest example', slowest, { unit: 'M events/s', budget: { least: 0.5 } }),
  ]
}

/** Peak memory of the whole Node process. */
async function memory({ isQuick }) {
  const full = await probe('play', design('pile-up'), 1, 12)
  const seconds = isQuick ? 30 : 60
  const short = await probe('play', design('w3'), 1, seconds)
  const long = await probe('play', design('w3'), 1, 10 * seconds)
  const megabytes = ({ maxRss }) => `${Math.round(maxRss / MEGABYTE)} MB`
  return [
    figure('requests-in-flight', 'requests in flight in the pile-up', full.present, {
      unit: 'requests',
      budget: { least: 100_000 },
    }),
    figure('memory-in-flight', 'memory with them', full.maxRss / MEGABYTE, { unit: 'MB', budget: { most: 200 } }),
    figure('memory-growth', 'memory of a run ten times as long', long.maxRss / short.maxRss, {
      unit: '×',
      budget: { most: 1.1 },
      note: `${megabytes(short)}, then ${megabytes(long)}`,
    }),
  ]
}

/** The same eight replications on one thread and on two. Wall time, so other work on the machine shows. */
async function threads({ rounds, isQuick }) {
  const name = 'two threads against one'
  if (availableParallelism() < 2) return [skipped('threads', name, 'this machine has one core')]
  const fixed = ['--replications', '8', '--duration', isQuick ? '80s' : '160s', '--json']
  const walls = { 1: [], 2: [] }
  const outputs = new Set()
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    for (const jobs of round % 2 === 0 ? ['1', '2'] : ['2', '1']) {
      const { status, output, errors, wall } = await loadpath('simulate', design('w3'), ...fixed, '--jobs', jobs)
      if (status !== 0) throw new Error(reason(errors) || `ended with ${status}`)
      walls[jobs].push(wall)
      outputs.add(output.replace(/"wall_s": *[\d.]+/g, ''))
    }
  }
  const note = `${median(walls[1]).toFixed(1)} s, then ${median(walls[2]).toFixed(1)} s`
  const faster = median(walls[1].map((one, round) => one / walls[2][round]))
  return [
    figure('threads', name, faster, { unit: '×', budget: { least: 1.8 }, note }),
    figure('threads-results', 'different results among them', outputs.size, { unit: '', budget: { most: 1 } }),
  ]
}

/** From text to Model in a fresh process: what a user waits for. */
async function compile({ rounds }) {
  const runs = []
  for (let round = 0; round < rounds; round++) runs.push(await probe('compile', 500))
  const milliseconds = (what) => 1000 * median(runs.map((run) => run[what]))
  const note = `${runs[0].lines} lines; ${Math.round(milliseconds('best'))} ms when it is not the first`
  const options = { unit: 'ms', budget: { most: 200 }, note }
  return [figure('compile', 'a design of 500 components becomes a model', milliseconds('first'), options)]
}

/** The whole command, from start to verdict. */
async function check({ rounds }) {
  const name = 'check url-shortener, start to verdict'
  if (!isShortenerThere()) return [skipped('check', name, 'examples/url-shortener is not there')]
  const walls = []
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    const { status, errors, wall } = await loadpath('check', shortener)
    // 1: objectives are missed, which is an answer too.
    if (status > 1) throw new Error(reason(errors) || `ended with ${status}`)
    walls.push(wall)
  }
  return [figure('check', name, median(walls), { unit: 's', budget: { most: 10 } })]
}

/** The analytic engine. CPU time, and how many times that of a plain network of means (plain-network.mjs) it is. */
async function solver({ rounds }) {
  const cases = [
    { id: '50', what: 50, name: '50 components in 5 flows', budgets: { cold: 10, warm: 10 } },
    { id: '1000', what: 1000, name: '1 000 components in 100 flows', budgets: { cold: 100, warm: 16 } },
  ]
  if (isShortenerThere()) {
    const what = path.join(shortener, 'url-shortener.loadpath.yaml')
    cases.push({ id: 'example', what, name: 'url-shortener', budgets: { cold: null } })
  }
  const figures = []
  for (const { id, what, name, budgets } of cases) {
    const runs = []
    for (let round = 0; round < Math.min(rounds, 3); round++) runs.push(await probe('solve', what))
    for (const [how, most] of Object.entries(budgets)) {
      const ratio = median(runs.map((run) => run[how] / run.plain))
      const note = `${Number(ratio.toPrecision(3))} × the plain network${how === 'cold' ? firstOf(runs) : ''}`
      const words = how === 'cold' ? 'from nothing' : 'again after one number moved'
      const budget = most === null ? null : { most }
      const value = median(runs.map((run) => run[how]))
      figures.push(figure(`solver-${id}-${how}`, `${name} solved ${words}`, value, { unit: 'ms', budget, note }))
      figures.push(figure(`solver-${id}-${how}-ratio`, `the same against the plain network`, ratio, { unit: '×' }))
    }
  }
  if (isShortenerThere()) figures.push(await checkFast(Math.min(rounds, 3)))
  return figures
}

const firstOf = (runs) => `; ${Math.round(median(runs.map(({ first }) => first)))} ms the first time`

/** The whole command with all of its scenarios, no simulation. */
async function checkFast(rounds) {
  const walls = []
  for (let round = 0; round < rounds; round++) {
    const { status, errors, wall } = await loadpath('check', shortener, '--fast')
    if (status > 4) throw new Error(reason(errors) || `ended with ${status}`)
    walls.push(wall)
  }
  return figure('solver-check-fast', 'check url-shortener --fast', median(walls), { unit: 's' })
}
