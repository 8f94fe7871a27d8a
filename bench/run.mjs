// npm run bench: how fast the product is, as ratios in one run, each against its budget. See README.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { run } from './child.mjs'
import { failed, figureLines, isBad } from './figures.mjs'
import { sections } from './product.mjs'
import { race } from './race.mjs'
import { prepareReferences } from './references.mjs'
import { workloads } from './workloads.mjs'

const exitCodes = { fine: 0, missed: 1, usage: 2, environment: 3, bug: 70 }
const sectionNames = ['race', ...Object.keys(sections)]
const usage = `usage: npm run bench -- [options]
  --quick            two short rounds instead of five
  --rounds <number>  so many rounds
  --only <names>     of ${sectionNames.join(', ')}; with commas
  --json             everything as JSON on standard output
  --record           append the figures to bench/history.json`

const settings = readSettings()
process.exitCode = settings === null ? exitCodes.usage : await bench(settings).catch(isOurBug)

function isOurBug(error) {
  console.error(error)
  return exitCodes.bug
}

function readSettings() {
  const options = {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', default: sectionNames.join(',') },
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  }
  try {
    const { values } = parseArgs({ options })
    const rounds = Number(values.rounds ?? (values.quick ? 2 : 5))
    if (!(Number.isInteger(rounds) && rounds > 0)) throw new Error(`--rounds takes a whole number from 1`)
    const only = values.only.split(',')
    const unknown = only.find((name) => !sectionNames.includes(name))
    if (unknown !== undefined) throw new Error(`there is no section "${unknown}"`)
    return { rounds, only, isQuick: values.quick, isJson: values.json, isRecorded: values.record }
  } catch (error) {
    console.error(`${error.message}\n${usage}`)
    return null
  }
}

async function bench(settings) {
  const build = await run(process.execPath, [path.join('scripts', 'task.mjs'), 'build'])
  if (build.status !== 0) {
    console.error(`${build.errors.trim()}\nbench: the build failed`)
    return exitCodes.environment
  }
  const began = machine()
  const onProgress = (text) => console.error(`bench: ${text} ...`)
  const raced = settings.only.includes('race') ? await runRace(settings, onProgress) : { figures: [], text: '' }
  const figures = [...raced.figures]
  for (const [name, section] of Object.entries(sections)) {
    if (!settings.only.includes(name)) continue
    onProgress(name)
    figures.push(...(await section(settings).catch((error) => [failed(name, name, error.message)])))
  }
  const record = { ...began, rounds: settings.rounds, isQuick: settings.isQuick, figures }
  if (settings.isJson) console.log(JSON.stringify(record, null, 2))
  else console.log(sheet(record, raced.text))
  if (settings.isRecorded) append(record)
  return figures.some(isBad) ? exitCodes.missed : exitCodes.fine
}

async function runRace({ rounds, isQuick }, onProgress) {
  onProgress('compiling the C++ references, installing SimPy')
  const references = prepareReferences(workloads)
  try {
    for (const missing of references.missing) console.error(`bench: left out: ${missing}`)
    return await race(workloads, references, { rounds, isQuick, onProgress })
  } finally {
    references.remove()
  }
}

/** Taken at the start: the load then tells whether the machine had other work. */
function machine() {
  const processor = `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`
  const load = Number(loadavg()[0].toFixed(2))
  return { date: new Date().toISOString().slice(0, 10), node: process.version, processor, load }
}

function sheet({ date, node, processor, load, rounds, figures }, table) {
  const where = `${date}, Node ${node.slice(1)}, ${processor}, load ${load} before, medians of ${rounds} rounds`
  const parts = [where, table, figureLines(figures).join('\n'), verdict(figures)]
  return parts.filter((part) => part !== '').join('\n\n')
}

function verdict(figures) {
  const count = (verdict) => figures.filter((figure) => figure.verdict === verdict).length
  return `${count('met')} met, ${count('missed')} missed, ${count('failed')} failed, ${count('skipped')} skipped`
}

/** One line a run, so that a change of a figure is a change of one line. */
function append({ figures, ...run }) {
  const file = path.join(import.meta.dirname, 'history.json')
  const values = Object.fromEntries(figures.map(({ id, value }) => [id, value && Number(value.toPrecision(4))]))
  const history = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  const lines = [...history, { ...run, values }].map((entry) => `  ${JSON.stringify(entry)}`)
  writeFileSync(file, `[\n${lines.join(',\n')}\n]\n`)
}
