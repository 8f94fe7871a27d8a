import { spawn } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

/** Runs a command in the root of the repository. `status` is its exit code, `wall` in seconds. */
export function run(command, args) {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (errors += chunk))
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, output, errors, wall: (performance.now() - began) / 1000 }))
  })
}

/** Runs a command that prints one line of JSON. */
export async function measure(command, args) {
  const { status, output, errors } = await run(command, args)
  if (status !== 0) throw new Error(reason(errors) ?? `${path.basename(command)} ended with ${status}`)
  return JSON.parse(output)
}

/** One measurement of the product, in a process of its own. */
export const probe = (...args) =>
  measure(process.execPath, [path.join(import.meta.dirname, 'probe.mjs'), ...args.map(String)])

/** A run of the built command line. */
export const loadpath = (...args) => run(process.execPath, [path.join(root, 'dist', 'loadpath.mjs'), ...args])

/** The line of an uncaught error that says what it is. */
export function reason(errors) {
  const lines = errors.trim().split('\n')
  return lines.find((line) => /^\w*Error\b|: error:/.test(line)) ?? lines.at(-1)
}
