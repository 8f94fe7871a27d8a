// Bundles the command line, its simulation thread and the public core into dist/.
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const entries = {
  loadpath: 'src/node/cli.ts',
  worker: 'src/node/worker.ts',
  evaluate: 'src/node/evaluate.ts',
  core: 'src/core/index.ts',
}
const input = Object.fromEntries(
  Object.entries(entries)
    .map(([name, file]) => [name, path.join(root, file)])
    .filter(([, file]) => existsSync(file)),
)

// Written beside and then renamed: a build that fails, or one that runs at the same time, breaks nothing.
const target = path.join(root, 'dist')
const fresh = path.join(root, `dist.${process.pid}`)
const old = path.join(root, `dist.${process.pid}.old`)
try {
  // The YAML reader has seventy files, which take longer to open than to run: it comes along, with its license.
  const bundle = await rolldown({ input, platform: 'node', external: (id) => /^[^./]/.test(id) && id !== 'yaml' })
  await bundle.write({
    dir: fresh,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'chunk-[name].mjs',
    comments: false,
    codeSplitting: { groups: [{ name: 'yaml', test: /node_modules[\\/]yaml[\\/]/ }] },
    banner: ({ name }) => (name === 'yaml' ? license('yaml') : ''),
  })
  await bundle.close()
  if (existsSync(target)) renameSync(target, old)
  renameSync(fresh, target)
} finally {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true })
}

function license(name) {
  const text = readFileSync(path.join(root, 'node_modules', name, 'LICENSE'), 'utf8')
  return `/*! ${name}\n${text.trim()}\n*/`
}
