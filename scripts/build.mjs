// Bundles the command line, the worker and the public core into dist/.
import { existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const entries = { loadpath: 'src/node/cli.ts', worker: 'src/node/worker.ts', core: 'src/core/index.ts' }
const input = Object.fromEntries(
  Object.entries(entries)
    .map(([name, file]) => [name, path.join(root, file)])
    .filter(([, file]) => existsSync(file)),
)
rmSync(path.join(root, 'dist'), { recursive: true, force: true })
const bundle = await rolldown({ input, platform: 'node' })
await bundle.write({
  dir: path.join(root, 'dist'),
  format: 'esm',
  entryFileNames: '[name].mjs',
  chunkFileNames: 'chunk-[name].mjs',
})
await bundle.close()
