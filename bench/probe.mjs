// One measurement of the product in a process of its own, as one line of JSON:
//   probe.mjs play <design> <seed> <simulated seconds>
//   probe.mjs plan <design> <seed> <measured simulated seconds>
//   probe.mjs speed <design> <seed> <events>
//   probe.mjs compile <number of components>
//   probe.mjs solve <design, or number of components>
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import path from 'node:path'
import { largeDesign } from './large-design.mjs'
import { solvePlainNetwork } from './plain-network.mjs'

const core = await import(pathToFileURL(path.join(import.meta.dirname, '..', 'dist', 'core.mjs')).href)
const [what, ...args] = process.argv.slice(2)
const probes = { play: playDesign, plan: planDesign, speed: speedOf, compile: compileLarge, solve: solveOften }
console.log(JSON.stringify(probes[what](...args)))

/** The way of the command line: `prepare`, `play` in chunks, `summarize`; a short run before it is not counted. */
function playDesign(file, seed, end) {
  const model = prepared(readFileSync(file, 'utf8'), file).models[0]
  // The product plays such a pilot before every run.
  playJob(jobOf(model, { seed: Number(seed), replication: 1_000_003, end: Number(end) / 20 }))
  const before = cpuSeconds()
  const outcome = playJob(jobOf(model, { seed: Number(seed), replication: 0, end: Number(end) }))
  const seconds = cpuSeconds() - before
  const maxRss = process.resourceUsage().maxRSS * 1024
  return { seconds, maxRss, kernelEvents: outcome.events, ...figuresOf(model, outcome, { seed: Number(seed) }) }
}

/** One replication as the run-length control plans it (load at its peak, warmed up); the pilot is not counted. */
function planDesign(file, seed, duration) {
  const model = prepared(readFileSync(file, 'utf8'), file).models[0]
  const fixed = { precision: null, replications: 1, eventsMax: Infinity }
  const plan = core.planRuns(model, { seed: Number(seed), duration: Number(duration), ...fixed })
  const pilot = plan.next().value.map(playJob)
  const jobs = plan.next({ outcomes: pilot, stopped: null }).value
  const before = cpuSeconds()
  const outcomes = jobs.map(playJob)
  const seconds = cpuSeconds() - before
  return { seconds, kernelEvents: outcomes.reduce((sum, { events }) => sum + events, 0) }
}

/** So many events of the first replication as it is planned; the pilot is not counted. */
function speedOf(file, seed, events) {
  const model = prepared(readFileSync(file, 'utf8'), file).models[0]
  const fixed = { precision: null, replications: 1, eventsMax: Infinity, duration: 86_400 }
  const plan = core.planRuns(model, { seed: Number(seed), ...fixed })
  const pilot = plan.next().value.map(playJob)
  const [job] = plan.next({ outcomes: pilot, stopped: null }).value
  const before = cpuSeconds()
  const outcome = playJob({ ...job, eventsMax: Number(events) })
  return { seconds: cpuSeconds() - before, kernelEvents: outcome.events }
}

function jobOf(model, { seed, replication, end }) {
  const stretch = { warmup: 0, judged: [{ from: 0, to: end, weight: 1 }], end, sliceLength: end / 100 }
  return { model, seed, replication, ...stretch, eventsMax: Infinity }
}

function playJob(job) {
  const run = core.play(job)
  let step = run.next()
  while (!step.done) step = run.next(false)
  return step.value
}

function figuresOf(model, outcome, { seed }) {
  const facts = { hash: '', seed, warmup: 0, status: 'complete', wall: 0, timeline: null, trust: [] }
  const result = core.summarize(model, [outcome], facts)
  const flow = Object.values(result.flows)[0]
  const { mean, p50, p99 } = flow.response_time_s
  const { flows, violations } = outcome.statistics
  if (violations.length > 0) throw new Error(`invariants that did not hold: ${violations.join('; ')}`)
  return {
    completed: flows.reduce((sum, each) => sum + each.good, 0),
    present: flows.reduce((sum, each) => sum + each.presentAtEnd, 0),
    events: stationEvents(model, outcome.statistics),
    mean: mean.value,
    p50: p50.value,
    p99: p99.value,
  }
}

/** Arrivals at and departures from stations and pools; threads and the cores below them count as one station. */
function stationEvents(model, statistics) {
  const pooled = new Set(model.resources.filter(({ kind }) => kind === 'pool').map(({ group }) => group))
  let events = 0
  for (const { resource, instances } of statistics.resources) {
    const { kind, group } = model.resources[resource]
    const isCounted = kind === 'pool' || (kind === 'station' && !pooled.has(group))
    if (isCounted) for (const { arrivals, served } of instances) events += arrivals + served
  }
  return events
}

/** From text to model, the first time in a fresh process and then again. */
function compileLarge(components) {
  const text = largeDesign(Number(components))
  const seconds = []
  for (let i = 0; i < 5; i++) {
    const before = performance.now()
    prepared(text, 'large.loadpath.yaml')
    seconds.push((performance.now() - before) / 1000)
  }
  return { first: seconds[0], best: Math.min(...seconds), lines: text.split('\n').length }
}

/**
 * The analytic engine by itself: each time from nothing, and each time from the answer before with one number moved.
 * Between them the yardstick of this machine, plain-network.mjs. CPU milliseconds, the least of several.
 */
function solveOften(what) {
  const isNumber = /^\d+$/.test(what)
  const text = isNumber ? largeDesign(Number(what)) : readFileSync(what, 'utf8')
  const file = isNumber ? 'large.loadpath.yaml' : what
  const models = [prepared(text, file).models[0]]
  // One work of one flow, as when a slider moves.
  for (let i = 1; isNumber && i < 6; i++)
    models.push(prepared(text.replace('work: exp(1 ms)', `work: exp(1.${i} ms)`), file).models[0])
  const timed = (run) => {
    const before = cpuSeconds()
    run()
    return 1000 * (cpuSeconds() - before)
  }
  const first = timed(() => core.solve(models[0], { isBrief: true }))
  const times = { cold: [], warm: [], plain: [] }
  for (let i = 0; i < 5; i++) {
    times.plain.push(timed(solvePlainNetwork))
    times.cold.push(timed(() => core.solve(models[0], { isBrief: true })))
  }
  const memory = core.solverMemory()
  core.solve(models[0], { isBrief: true, memory })
  for (let round = 0; round < 4; round++)
    for (const model of models) times.warm.push(timed(() => core.solve(model, { isBrief: true, memory })))
  const least = (all) => Math.min(...all)
  return { first, cold: least(times.cold), warm: least(times.warm), plain: least(times.plain) }
}

function prepared(text, file) {
  const options = { file, variant: null, scenarios: 'baseline', sets: [], limits: {} }
  const made = core.prepare(text, options)
  if (made.models.length > 0) return made
  const said = made.diagnostics.filter(({ severity }) => severity === 'error')
  throw new Error(`${file} was refused: ${said.map(({ at, message }) => `${at?.line ?? '?'}: ${message}`).join('; ')}`)
}

function cpuSeconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
