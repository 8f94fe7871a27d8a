import { randomBytes } from 'node:crypto'
import { open, realpath, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { errorCode, OperationError } from './operation-error.ts'

/**
 * Writes all of a file or nothing: to a temporary file beside it, synced, then renamed over it. A full disk, a
 * crash or a lost connection leaves the old content.
 */
export async function writeFileSafely(file: string, text: string, { mayReplace = true } = {}): Promise<void> {
  const target = await realpath(file).catch(() => file)
  if (!mayReplace) return writeNew(target, text)
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    await writeAndSync(temporary, text)
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw refusal(target, error)
  }
}

/** Fails when the file is there, also when it appears in this moment. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeAndSync(file, text)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') await rm(file, { force: true }).catch(() => undefined)
    throw refusal(file, error)
  }
}

async function writeAndSync(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o644)
  try {
    await handle.writeFile(text, 'utf8')
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const words: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ENOENT: 'the folder does not exist',
  EEXIST: 'the file exists already; it is never overwritten',
  EISDIR: 'it is a folder',
  EDQUOT: 'the quota is used up',
}

function refusal(file: string, error: unknown): OperationError {
  const code = errorCode(error)
  const why = words[code] ?? (error instanceof Error ? error.message : String(error))
  return new OperationError(`cannot write ${file}: ${why}`, { exitCode: code === 'EEXIST' ? 2 : 3 })
}
