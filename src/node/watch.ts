import { type FSWatcher, watch as watchFolder } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { readDesign } from './design-file.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Io } from './io.ts'
import { OperationError } from './operation-error.ts'

/** Editors save in several steps; what happens within this time is one save. */
const QUIET_MS = 60

/**
 * Runs now and after every save until Ctrl-C: of the design, or of a file that it imports. Watches folders, not files,
 * because many editors replace the file. A save that changes nothing is none. What cannot be read is said, and the last
 * result stays on the screen.
 *
 * @param run  hands over the path of each other file that it reads
 */
export async function watch(
  io: Io,
  name: string | undefined,
  run: (onRead: (file: string) => void) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { absolute } = await readDesign(name, io)
  if (absolute === '') throw new OperationError('--watch needs a file, not standard input', { exitCode: 2 })
  const texts = new Map([[absolute, await textOf(absolute)]])
  const found: string[] = []
  const attemptRun = async (): Promise<ExitCode> => {
    const code = await attempt(io, () => run((file) => found.push(file)))
    for (const file of found.splice(0)) if (!texts.has(file)) texts.set(file, await textOf(file))
    return code
  }
  let last = await attemptRun()
  const isNew = async (file: string): Promise<boolean> => {
    const text = (await textOf(file)) || (await later(() => textOf(file)))
    const isSame = texts.get(file) === text
    texts.set(file, text)
    return !isSame
  }
  await untilInterrupted(io, texts, async (saved) => {
    const news = await Promise.all(saved.map(isNew))
    if (!news.includes(true)) return
    if (io.isOutTerminal) io.out('\u001b[2J\u001b[H')
    last = await attemptRun()
  })
  return io.interrupted.aborted ? exitCodes.interrupted : last
}

/** Editors that move the old file away first leave a moment without any. */
const GONE_MS = 250

const later = <T>(read: () => Promise<T>): Promise<T> =>
  new Promise((resolve) => setTimeout(resolve, GONE_MS)).then(read)

/** Empty for a file that is gone. */
const textOf = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')

/** Calls with the files that were saved, one call after the other. @param files  those that count, by path */
async function untilInterrupted(
  io: Io,
  files: ReadonlyMap<string, string>,
  onSaved: (saved: readonly string[]) => Promise<void>,
): Promise<void> {
  const watchers = new Map<string, FSWatcher>()
  const saved = new Set<string>()
  let isBusy = false
  await new Promise<void>((resolve, reject) => {
    const watchAll = (): void => {
      for (const folder of new Set([...files.keys()].map((file) => path.dirname(file)))) {
        if (watchers.has(folder)) continue
        const watcher = watchFolder(folder, (_, file) => file !== null && onChange(path.join(folder, file)))
        watcher.on('error', (error) => reject(new OperationError(`${folder} cannot be watched: ${error.message}`)))
        watchers.set(folder, watcher)
      }
    }
    const work = async (): Promise<void> => {
      if (isBusy) return
      isBusy = true
      while (saved.size > 0 && !io.interrupted.aborted) {
        const now = [...saved]
        saved.clear()
        await onSaved(now)
      }
      isBusy = false
      watchAll()
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const onChange = (file: string): void => {
      if (!files.has(file)) return
      saved.add(file)
      clearTimeout(timer)
      timer = setTimeout(() => void work().catch(reject), QUIET_MS)
    }
    watchAll()
    io.interrupted.addEventListener('abort', () => resolve())
    if (io.interrupted.aborted) resolve()
  }).finally(() => {
    for (const watcher of watchers.values()) watcher.close()
  })
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
