// Solves the models of models.json with programs of others and writes what they say to answers.json, with their versions.
//   node tests/outside/recompute.mjs [id ...]
// SimPy, Ciw and LINE are installed into folders of their own under the temporary directory. Octave with its package "queueing"
// is used where it is there (Debian: octave octave-queueing). What is not here is skipped by name; its answers stay.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { octaveQuestion } from './questions.mjs'

const here = import.meta.dirname
const modelsFile = path.join(here, 'models.json')
const answersFile = path.join(here, 'answers.json')
const work = path.join(tmpdir(), 'loadpath-outside')
const packages = { simpy: ['simpy==4.1.2', 'numpy==2.4.6'], ciw: ['ciw==3.2.7'], line: ['line-solver==3.0.8.0'] }

/** Independent replications, and requests measured in each. */
const effort = { simpy: [10, 200_000], ciw: [10, 100_000] }

const models = JSON.parse(readFileSync(modelsFile, 'utf8'))
const wanted = process.argv.slice(2)
const chosen = models.filter(({ id }) => wanted.length === 0 || wanted.includes(id))
const unknown = wanted.filter((id) => !models.some((model) => model.id === id))
if (unknown.length > 0) throw new Error(`no such model: ${unknown.join(', ')}`)

mkdirSync(work, { recursive: true })
const answers = existsSync(answersFile) ? JSON.parse(readFileSync(answersFile, 'utf8')) : { tools: {}, models: {} }

const tools = {
  octave: { version: octaveVersion(), solve: solveByOctave },
  line: { version: pythonVersion('line', 'LINE', 'line-solver'), solve: solveByLine },
  simpy: { version: pythonVersion('simpy', 'SimPy'), solve: (asked) => playByPython('simpy', asked) },
  ciw: { version: pythonVersion('ciw', 'Ciw'), solve: (asked) => playByPython('ciw', asked) },
}
for (const [tool, { version, solve }] of Object.entries(tools)) {
  const asked = chosen.filter((model) => model.tools.includes(tool))
  if (version === null) console.log(`${tool === 'octave' ? 'octave-queueing' : tool}: not here, skipped`)
  if (version === null || asked.length === 0) continue
  for (const [id, answer] of solve(asked)) keep(id, tool, version, answer)
}

/** After each answer, so that a run that is stopped has not been for nothing. */
function keep(id, tool, version, answer) {
  answers.tools[tool] = version
  answers.models[id] = { ...answers.models[id], [tool]: { version, ...answer } }
  const known = models.filter((model) => answers.models[model.id]).map((model) => [model.id, answers.models[model.id]])
  writeFileSync(answersFile, `${textOf({ tools: answers.tools, models: Object.fromEntries(known) })}\n`)
  console.log(`${id}: ${tool}`)
}

/** One line for each figure. */
function textOf(value, indent = '') {
  if (typeof value !== 'object' || value === null || 'halfWidth' in value) return JSON.stringify(value)
  const inside = `${indent}  `
  const lines = Object.entries(value).map(([key, each]) => `${inside}${JSON.stringify(key)}: ${textOf(each, inside)}`)
  return `{\n${lines.join(',\n')}\n${indent}}`
}

function octaveVersion() {
  const script = "pkg load queueing; p = pkg('list', 'queueing'); printf('%s %s', OCTAVE_VERSION, p{1}.version)"
  const { status, stdout } = spawnSync('octave-cli', ['--norc', '--eval', script], { encoding: 'utf8' })
  if (status !== 0) return null
  const [octave, queueing] = stdout.trim().split(' ')
  return `Octave ${octave}, queueing ${queueing}`
}

function* solveByOctave(asked) {
  const questions = asked.map(octaveQuestion)
  const file = path.join(work, 'questions.json')
  writeFileSync(file, JSON.stringify(questions))
  const lines = run('octave-cli', ['--norc', path.join(here, 'queueing_models.m'), file])
  for (const line of lines) {
    const { id, figures } = JSON.parse(line)
    const method = questions.find((question) => question.id === id)?.method
    yield [id, { method, figures: rounded(figures) }]
  }
}

/** Each has an environment of its own. */
function pythonOf(tool) {
  return path.join(work, tool, 'bin', 'python')
}

function pythonVersion(tool, title, name = tool) {
  if (!existsSync(pythonOf(tool)) && !isInstalled(tool)) return null
  const script = `import sys, importlib.metadata as m; print(m.version('${name}'), sys.version.split()[0])`
  const { status, stdout } = spawnSync(pythonOf(tool), ['-c', script], { encoding: 'utf8' })
  if (status !== 0) return null
  const [own, interpreter] = stdout.trim().split(' ')
  return `${title} ${own}, Python ${interpreter}`
}

function isInstalled(tool) {
  const made = spawnSync('python3', ['-m', 'venv', path.join(work, tool)], { stdio: 'ignore' })
  if (made.status !== 0) return false
  const args = ['-m', 'pip', 'install', '--quiet', ...packages[tool]]
  return spawnSync(pythonOf(tool), args, { stdio: 'ignore' }).status === 0
}

function* solveByLine(asked) {
  for (const { id } of asked) {
    const [line] = run(pythonOf('line'), [path.join(here, 'line_models.py'), modelsFile, id])
    yield [id, { method: 'CTMC', figures: rounded(JSON.parse(line).figures) }]
  }
}

function* playByPython(tool, asked) {
  const [replications, requests] = effort[tool]
  for (const { id } of asked) {
    const args = [path.join(here, `${tool}_models.py`), modelsFile, String(replications), String(requests), id]
    const [line] = run(pythonOf(tool), args)
    const { figures } = JSON.parse(line)
    yield [id, { method: 'simulation', replications, requests, seed: 1000, figures: rounded(figures) }]
  }
}

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1e8 })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`)
  return stdout.trim().split('\n')
}

/** Seven digits of values, two of what is uncertain about them. */
function rounded(figures) {
  return Object.fromEntries(
    Object.entries(figures).map(([name, { value, halfWidth }]) => [
      name,
      { value: Number(value.toPrecision(7)), halfWidth: Number(halfWidth.toPrecision(2)) },
    ]),
  )
}
