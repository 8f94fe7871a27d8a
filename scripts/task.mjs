// The two commands of the README. Nothing but Node and npm is needed: what is missing is installed and built first.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const [task = 'start', ...rest] = process.argv.slice(2)

const fail = (message, code = 3) => {
  console.error(message)
  process.exit(code)
}

const run = (file, args, { quiet = false } = {}) => {
  const { status, signal, error } = spawnSync(file, args, {
    cwd: root,
    stdio: quiet ? ['ignore', 'ignore', 'inherit'] : 'inherit',
  })
  if (error) fail(`could not run ${file}: ${error.message}`)
  if (signal) return signal === 'SIGINT' ? 130 : 143
  return status ?? 1
}

const node = (args, options) => run(process.execPath, args, options)

const bin = (name) => path.join(root, 'node_modules', ...name.split('/'))

function ensureNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Loadpath needs Node 20.19 or newer; this is ${process.versions.node}. Node 24 is recommended.`)
  }
}

function ensureInstalled() {
  const lock = path.join(root, 'package-lock.json')
  const stampFile = path.join(root, 'node_modules', '.loadpath-stamp')
  const stamp = createHash('sha256').update(readFileSync(lock)).update(process.version).digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  console.error('installing packages (once) ...')
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const status = npm ? node([npm, ...args], { quiet: true }) : run('npm', args, { quiet: true })
  if (status !== 0) fail('npm ci failed: is the package registry reachable?')
  writeFileSync(stampFile, stamp)
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) yield* sources(file)
    else if (!entry.name.endsWith('.test.ts')) yield file
  }
}

function ensureBuilt() {
  const stampFile = path.join(root, 'dist', '.stamp')
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')))
  for (const file of [...sources(path.join(root, 'src')), path.join(root, 'scripts/build.mjs')].sort()) {
    const { mtimeMs, size } = statSync(file)
    hash.update(`${path.relative(root, file)} ${mtimeMs} ${size}\n`)
  }
  const stamp = hash.digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  if (node([path.join(root, 'scripts/build.mjs')]) !== 0) fail('the build failed')
  mkdirSync(path.dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, stamp)
}

const typeChecks = ['core', 'node', 'tests']

function check() {
  const steps = [
    ['format', () => node([bin('@biomejs/biome/bin/biome'), 'format', '.'])],
    ['lint', () => node([bin('oxlint/bin/oxlint'), '--quiet', 'src', 'scripts', 'tests'])],
    ...typeChecks.map((world) => [
      `types: ${world}`,
      () => node([bin('typescript/bin/tsc'), '-p', `tsconfig.${world}.json`]),
    ]),
    ['unit tests', () => node([bin('vitest/vitest.mjs'), 'run', 'src', 'tests/tidy.test.ts'])],
  ]
  for (const [name, step] of steps) {
    const status = step()
    console.error(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`)
    if (status !== 0) return status
  }
  return 0
}

ensureNode()
ensureInstalled()
if (task === 'check') process.exit(check())
ensureBuilt()
if (task === 'build') process.exit(0)
if (task === 'test') process.exit(node([bin('vitest/vitest.mjs'), 'run', ...rest]))
const defaults = ['check', path.join('examples', 'url-shortener.loadpath.yaml')]
process.exit(node([path.join(root, 'dist', 'loadpath.mjs'), ...(rest.length > 0 ? rest : defaults)]))
