// Plays the points of the grid and writes what came out to simulated.json: node tests/agreement/simulate.mjs [kind ...]
// Takes minutes. The build in dist/ plays, so that it is fast: `npm run build` first.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { createJiti } from 'jiti'

const root = path.resolve(import.meta.dirname, '../..')
const jiti = createJiti(import.meta.url)
const core = await import(process.env.LOADPATH_CORE ?? pathToFileURL(path.join(root, 'dist', 'core.mjs')).href)
const { kinds, points } = await jiti.import('./grid.ts')
const { REPLICATIONS, SEED, hashOf, simulated, simulatedFile } = await jiti.import('./simulated.ts')
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))

const wanted = process.argv.slice(2)
const unknown = wanted.filter((kind) => !kinds.includes(kind))
if (unknown.length > 0) throw new Error(`no such kind: ${unknown.join(', ')}; there is: ${kinds.join(' | ')}`)

const before = existsSync(simulatedFile) ? JSON.parse(readFileSync(simulatedFile, 'utf8')).points : {}
const known = { ...before }
for (const point of points) {
  const isStale = known[point.id]?.hash !== hashOf(point)
  if (wanted.length === 0 ? !isStale && !process.env.ALL : !wanted.includes(point.kind)) continue
  known[point.id] = simulated(point, core)
  write()
  console.log(point.id)
}
write()

/** One line for each point, in the order of the grid, so that a run that is stopped has not been for nothing. */
function write() {
  const lines = points.filter(({ id }) => known[id]).map(({ id }) => `    ${JSON.stringify(id)}: ${JSON.stringify(known[id])}`)
  const head = `"version": ${JSON.stringify(version)},\n  "seed": ${SEED},\n  "replications": ${REPLICATIONS}`
  writeFileSync(simulatedFile, `{\n  ${head},\n  "points": {\n${lines.join(',\n')}\n  }\n}\n`)
}
