import { watch as watchFolder } from 'node:fs'
import path from 'node:path'
import { readDesign } from './design-file.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Io } from './io.ts'
import { OperationError } from './operation-error.ts'

/** Editors save in several steps; what happens within this time is one save. */
const QUIET_MS = 60

/**
 * Runs now and after every save until Ctrl-C. Watches the folder, not the file, because many editors replace the file.
 * What cannot be read is said, and the last result stays on the screen.
 */
export async function watch(io: Io, name: string | undefined, run: () => Promise<ExitCode>): Promise<ExitCode> {
  const { absolute } = await readDesign(name, io)
  if (absolute === '') throw new OperationError('--watch needs a file, not standard input', { exitCode: 2 })
  let last = await attempt(io, run)
  let isBusy = false
  let isDirty = false
  const again = async (): Promise<void> => {
    if (isBusy) {
      isDirty = true
      return
    }
    isBusy = true
    do {
      isDirty = false
      if (io.isOutTerminal) io.out('\u001b[2J\u001b[H')
      last = await attempt(io, run)
    } while (isDirty)
    isBusy = false
  }
  await new Promise<void>((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const watcher = watchFolder(path.dirname(absolute), (_, changed) => {
      if (changed !== null && changed !== path.basename(absolute)) return
      clearTimeout(timer)
      timer = setTimeout(() => void again(), QUIET_MS)
    })
    io.interrupted.addEventListener('abort', () => {
      watcher.close()
      resolve()
    })
    if (io.interrupted.aborted) resolve()
  })
  return io.interrupted.aborted ? exitCodes.interrupted : last
}

async function attempt(io: Io, run: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof OperationError)) throw error
    io.err(`loadpath: ${error.message}${error.hint === undefined ? '' : `\n  = hint: ${error.hint}`}\n`)
    return error.exitCode
  }
}
