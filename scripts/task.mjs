// The two commands of the README, `npm start` and `npm test`, and what the others share. Needs nothing but Node and npm:
// what is missing or stale is installed and built first.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const [task = 'start', ...rest] = process.argv.slice(2)

const tasks = { start, test, build, check, lint, format: formatFiles }

const environmentMissing = 3
const isOurBug = 70
/** Nothing on standard output, which belongs to the command that follows. */
const quiet = ['ignore', 'ignore', 'inherit']

ensureNode()
await ensureInstalled()
const chosen = tasks[task]
if (!chosen) fail(`no task "${task}"; there is ${Object.keys(tasks).join(', ')}`, 2)
await chosen()

/** The command line runs in this very process: input, signals and exit code are its own. */
async function start() {
  if (!(await isBuilt())) fail('the build failed; its reason is above', isOurBug)
  const cli = path.join(root, 'dist', 'loadpath.mjs')
  if (!existsSync(cli)) fail('dist/loadpath.mjs was not built: src/node/cli.ts is missing', isOurBug)
  if (rest.length === 0) process.chdir(root)
  process.argv = [process.execPath, cli, ...(rest.length > 0 ? rest : firstLook())]
  await import(pathToFileURL(cli).href)
}

/** The example misses objectives on purpose: a first look that shows so has not failed. */
function firstLook() {
  return ['check', firstExample(), '--fail-on', 'never']
}

function firstExample() {
  const folder = path.join('examples', 'url-shortener')
  return existsSync(path.join(root, folder)) ? folder : path.join('examples', 'url-shortener.loadpath.yaml')
}

async function test() {
  process.exitCode = await vitest(rest)
}

async function build() {
  if (!(await isBuilt())) fail('the build failed; its reason is above', isOurBug)
}

async function formatFiles() {
  await node([path.join(root, 'scripts', 'wrap-comments.mjs')])
  process.exitCode = await node([bin('@biomejs/biome/bin/biome'), 'format', '--write', '.'])
}

/** All steps are run, so that one look tells everything. */
async function check() {
  await runSteps([...staticSteps(), ['tidy and unit tests', () => vitest(['tests/tidy.test.ts', 'src'])]])
}

/** What `check` says before any test runs. */
async function lint() {
  await runSteps(staticSteps())
}

function staticSteps() {
  const oxlint = [
    '--type-aware',
    '--quiet',
    'src',
    'tests',
    'scripts',
    ...['bench'].filter((folder) => existsSync(path.join(root, folder))),
  ]
  return [
    ['format', () => node([bin('@biomejs/biome/bin/biome'), 'format', '.'])],
    ['lint', () => node([bin('oxlint/bin/oxlint'), ...oxlint])],
    ...['core', 'node', 'tests'].map((world) => [
      `types: ${world}`,
      () => node([bin('typescript/bin/tsc'), '-p', `tsconfig.${world}.json`]),
    ]),
  ]
}

async function runSteps(steps) {
  process.chdir(root)
  const verdicts = []
  for (const [name, step] of steps) {
    const began = performance.now()
    const status = await step()
    verdicts.push(
      `${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`,
    )
    if (status !== 0) process.exitCode = 1
  }
  console.log(verdicts.join('\n'))
}

/** Runs without a build too, because the tests may tell what is wrong with it, but then it does not pass. */
async function vitest(args) {
  if (!(await isBuilt())) process.env.LOADPATH_BUILD = 'failed'
  const status = await node([bin('vitest/vitest.mjs'), 'run', ...args])
  return process.env.LOADPATH_BUILD === 'failed' ? 1 : status
}

function ensureNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(`Loadpath needs Node 20.19 or newer, this is ${process.versions.node}; Node 24 is recommended`)
}

/** The stamp in node_modules says for which lockfile and which Node the packages were installed. */
async function ensureInstalled() {
  const stampFile = path.join(root, 'node_modules', '.loadpath-stamp')
  const stamp = `${process.version} ${hashOf([read('package-lock.json')])}`
  const found = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : stamp
  if (found === stamp && existsSync(stampFile)) return
  const isSameNode = found.split(' ')[0] === process.version
  if (isSameNode && isInstalled()) return writeFileSync(stampFile, stamp)
  console.error('loadpath: installing packages, once ...')
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const status = npm ? await node([npm, ...args], quiet) : await run('npm', args, quiet)
  if (status !== 0) fail('npm ci failed; its reason is above. Is the package registry reachable?')
  writeFileSync(stampFile, stamp)
}

/** Whether somebody ran npm by hand: its own record then holds the versions of the lockfile. */
function isInstalled() {
  const record = path.join('node_modules', '.package-lock.json')
  if (!existsSync(path.join(root, record))) return false
  const installed = JSON.parse(read(record)).packages
  return Object.entries(JSON.parse(read('package-lock.json')).packages).every(
    ([name, { version, optional }]) =>
      name === '' || (optional && !installed[name]) || installed[name]?.version === version,
  )
}

/** Builds dist if a source differs from what it was built of. Types are not checked: a start has to be quick. */
async function isBuilt() {
  const stampFile = path.join(root, 'dist', '.stamp')
  const files = [...filesUnder('src')].filter((file) => !file.endsWith('.test.ts'))
  const inputs = [...files.toSorted(), 'package-lock.json', 'scripts/build.mjs']
  const stamp = hashOf(inputs.flatMap((file) => [file, read(file)]))
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return true
  console.error('loadpath: building ...')
  const status = await node([path.join(root, 'scripts', 'build.mjs')], quiet)
  if (status === 0) writeFileSync(stampFile, stamp)
  return status === 0
}

function* filesUnder(folder) {
  for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* filesUnder(name)
    else yield name
  }
}

function read(file) {
  return readFileSync(path.join(root, file), 'utf8')
}

function hashOf(texts) {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${text.length} `).update(text)
  return hash.digest('hex')
}

function bin(name) {
  return path.join(root, 'node_modules', ...name.split('/'))
}

function node(args, stdio) {
  return run(process.execPath, args, stdio)
}

/** Exit status of a child, which gets our signals. */
function run(file, args, stdio = 'inherit') {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio })
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    const pass = (signal) => child.kill(signal)
    for (const signal of signals) process.on(signal, pass)
    child.on('error', (error) => fail(`could not run ${file}: ${error.message}`))
    child.on('close', (status, signal) => {
      for (const each of signals) process.off(each, pass)
      if (signal) process.exit(signal === 'SIGINT' ? 130 : 143)
      resolve(status)
    })
  })
}

function fail(message, exitCode = environmentMissing) {
  console.error(`loadpath: ${message}`)
  process.exit(exitCode)
}
