import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { DesignText } from './design-file.ts'
import type { Evaluated } from './evaluate.ts'
import { OperationError } from './operation-error.ts'

/** Longest that a design may take to be evaluated. */
const WAIT_MS = 60_000

/**
 * Runs a TypeScript design, in a process of its own, and returns its default export (or `design`) as text: JSON is
 * YAML, so it goes the same way as a written one. Only the command line does this, for a file the user named.
 */
export async function textOfTypeScript({ absolute, file }: DesignText): Promise<string> {
  const evaluated = await evaluate(absolute)
  if (evaluated.kind === 'text') return evaluated.text
  const { message, hint } = evaluated
  const whole = message.startsWith(':') ? `${file}${message}` : `${file} ${message}`
  throw new OperationError(whole, { exitCode: 2, ...(hint === undefined ? {} : { hint }) })
}

/** How Node ends a process whose modules still wait when there is nothing left to do. */
const UNSETTLED = 13

/** Beside the bundle; from source (tests) the bundle is used too, since Node runs no TypeScript everywhere. */
const evaluatorFile = (): string =>
  fileURLToPath(
    import.meta.url.endsWith('.ts')
      ? new URL('../../dist/evaluate.mjs', import.meta.url)
      : new URL('./evaluate.mjs', import.meta.url),
  )

/** Whatever the design prints goes to standard error: standard output belongs to the result. */
function evaluate(absolute: string): Promise<Evaluated> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [evaluatorFile(), absolute], { stdio: ['ignore', 2, 2, 'ipc'] })
    const kill = (): void => void child.kill('SIGKILL')
    process.once('exit', kill)
    const timer = setTimeout(() => finish(`did not end within ${WAIT_MS / 1000} s`), WAIT_MS)
    const settle = (evaluated: Evaluated): void => {
      clearTimeout(timer)
      process.off('exit', kill)
      kill()
      resolve(evaluated)
    }
    const finish = (message: string): void => settle({ kind: 'problem', message })
    child.on('message', (evaluated: Evaluated) => settle(evaluated))
    child.on('error', (error) => finish(`could not be run: ${error.message}`))
    child.on('exit', (code, signal) => {
      if (signal !== null) return finish('was stopped')
      if (code === UNSETTLED) return finish('waits for something that never comes: a promise that nobody settles')
      finish(`ended the process (exit code ${code ?? 0}) before it exported a design`)
    })
  })
}
