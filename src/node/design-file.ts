import { constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { nearestNames } from '../core/base/nearest.ts'
import type { Io } from './io.ts'
import { errorCode, OperationError } from './operation-error.ts'

export interface DesignText {
  /** As shown in diagnostics: relative to where the command runs. */
  readonly file: string
  /** null for a TypeScript design, which is code. */
  readonly text: string | null
  readonly absolute: string
}

export const FILE_SIZE_MOST = 5_000_000

/**
 * Finds and reads a design: the named file, the one design of a named folder, `-` for standard input, or without a name
 * the nearest `loadpath.yaml` or `*.loadpath.yaml` from here up to the repository's root. A TypeScript design runs
 * code: it has to be named.
 */
export async function readDesign(
  name: string | undefined,
  io: Io,
  { sizeMost = FILE_SIZE_MOST }: { readonly sizeMost?: number } = {},
): Promise<DesignText> {
  if (name !== undefined && /^[a-z][a-z0-9+.-]+:\/\//i.test(name)) {
    throw bad(`${name} is a URL; a design is a file`, 'fetch it first, or pipe it: curl ... | loadpath check -')
  }
  if (name === '-' || name === '/dev/stdin')
    return { file: '<stdin>', text: decode('standard input', await io.readStdin(), sizeMost), absolute: '' }
  const absolute = name === undefined ? await discover(io.cwd) : await inFolder(path.resolve(io.cwd, name))
  const file = shownName(io.cwd, absolute)
  if (/\.[mc]?ts$/.test(absolute)) {
    await sizeOf(absolute, file)
    return { file, text: null, absolute }
  }
  const size = await sizeOf(absolute, file)
  if (size > sizeMost) throw tooLarge(file, size, sizeMost)
  return { file, text: decode(file, await readBytes(absolute, file, sizeMost), sizeMost), absolute }
}

/** The only design of a folder, or the name as it is. */
async function inFolder(absolute: string): Promise<string> {
  const isFolder = await stat(absolute).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) return absolute
  const [only, ...others] = await designsIn(absolute)
  return only !== undefined && others.length === 0 ? path.join(absolute, only) : absolute
}

/**
 * Reads other files for a design: what it imports, and measured values. Only from its own folder downwards; a symbolic
 * link that leads out of it counts as missing.
 */
export function neighbours(
  design: string,
  onRead: (file: string) => void = () => undefined,
): (name: string) => string | null {
  if (design === '') return () => null
  return (name) => {
    try {
      const folder = realpathSync(path.dirname(design))
      onRead(path.resolve(path.dirname(design), name))
      const file = realpathSync(path.resolve(folder, name))
      if (!file.startsWith(folder + path.sep) || statSync(file).size > FILE_SIZE_MOST) return null
      return readFileSync(file, 'utf8')
    } catch {
      return null
    }
  }
}

function shownName(cwd: string, absolute: string): string {
  const relative = path.relative(cwd, absolute)
  return relative.startsWith('..') && relative.split(path.sep).length > 4 ? absolute : relative
}

const bad = (message: string, hint?: string): OperationError =>
  new OperationError(message, { exitCode: 2, ...(hint === undefined ? {} : { hint }) })

const tooLarge = (file: string, size: number, most: number): OperationError =>
  bad(
    `${file} has ${(size / 1e6).toFixed(1)} MB; a design may have ${(most / 1e6).toFixed(1)} MB`,
    `--limit file-size=${10 ** Math.ceil(Math.log10(size))} raises the limit`,
  )

async function sizeOf(absolute: string, file: string): Promise<number> {
  const found = await stat(absolute).catch(async (error: unknown) => {
    throw await unreadable(absolute, file, error)
  })
  if (found.isDirectory()) {
    const inside = await designsIn(absolute)
    const hint = inside.length > 0 ? `it holds ${inside.join(', ')}` : 'name a file: loadpath check <file>'
    throw bad(`${file || '.'} is a folder, not a design`, hint)
  }
  if (found.isCharacterDevice() || found.isBlockDevice() || found.isSocket()) {
    throw bad(`${file} is a device or a socket, not a design`)
  }
  return found.isFile() ? found.size : 0
}

async function unreadable(absolute: string, file: string, error: unknown): Promise<OperationError> {
  const code = errorCode(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return missing(absolute, file)
  if (code === 'EACCES' || code === 'EPERM') return bad(`${file} cannot be read: no permission`)
  if (code === 'ELOOP') return bad(`${file} cannot be read: its symbolic links go round in a circle`)
  if (code === 'ENAMETOOLONG') return bad('the file name is too long')
  return bad(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
}

async function missing(absolute: string, file: string): Promise<OperationError> {
  const folder = path.dirname(absolute)
  const there = await readdir(folder).catch(() => null)
  if (there === null) return bad(`${file} does not exist, nor does its folder`)
  const base = path.basename(absolute)
  const others = there.filter((name) => name !== base && isDesignName(name))
  const [near] = nearestNames(stemOf(base), others.map(stemOf), 1)
  const alike = others.find((name) => stemOf(name) === near)
  const hint = alike === undefined ? undefined : `did you mean ${path.join(path.dirname(file), alike)}?`
  return bad(`${file} does not exist`, hint)
}

const stemOf = (name: string): string => name.replace(/(?:\.loadpath)?\.(?:ya?ml|ts|json)$/, '')
const isDesignName = (name: string): boolean => /\.(ya?ml|json|[mc]?ts)$/.test(name)
const isDiscovered = (name: string): boolean => /^loadpath\.ya?ml$|\.loadpath\.ya?ml$/.test(name)

/** How often a pipe is asked whether its writer has something. */
const PIPE_MS = 20

/**
 * Reads at most one byte more than allowed, so that a growing file or a pipe cannot fill the memory. A pipe that nobody
 * writes to is opened without waiting: a thread that waits in there could not be stopped any more.
 */
async function readBytes(absolute: string, file: string, most: number): Promise<Buffer> {
  const handle = await open(absolute, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    async (error: unknown) => {
      throw await unreadable(absolute, file, error)
    },
  )
  try {
    const parts: Buffer[] = []
    let size = 0
    for (;;) {
      const part = Buffer.alloc(Math.min(1 << 20, most + 1 - size))
      const bytesRead = await handle.read(part, 0, part.length).then(
        (read) => read.bytesRead,
        (error: unknown) => {
          if (errorCode(error) === 'EAGAIN') return null
          throw error
        },
      )
      if (bytesRead === null) {
        await new Promise((resolve) => setTimeout(resolve, PIPE_MS))
        continue
      }
      if (bytesRead === 0) return Buffer.concat(parts)
      parts.push(part.subarray(0, bytesRead))
      size += bytesRead
      if (size > most) throw tooLarge(file, size, most)
    }
  } catch (error) {
    throw error instanceof OperationError ? error : await unreadable(absolute, file, error)
  } finally {
    await handle.close()
  }
}

/** UTF-8 only; anything else is said to be what it is. */
function decode(file: string, bytes: Buffer, most: number): string {
  if (bytes.length > most) throw tooLarge(file, bytes.length, most)
  const [a, b] = bytes
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw bad(`${file} is UTF-16; a design is UTF-8 text`, 'save it as UTF-8 in your editor')
  }
  if (bytes.includes(0)) throw bad(`${file} is a binary file, not a design`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw bad(`${file} is not UTF-8 text`, 'save it as UTF-8 in your editor')
  }
}

const designsIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder).catch(() => [])).filter(isDiscovered).sort()

async function discover(from: string): Promise<string> {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const found = await designsIn(folder)
    const plain = found.find((name) => /^loadpath\.ya?ml$/.test(name))
    const only = plain ?? (found.length === 1 ? found[0] : undefined)
    if (only !== undefined) return path.join(folder, only)
    if (found.length > 1)
      throw bad(`several designs in ${folder}: ${found.join(', ')}`, 'name one: loadpath check <file>')
    const isRoot = path.dirname(folder) === folder
    const isRepository = await stat(path.join(folder, '.git')).then(
      () => true,
      () => false,
    )
    if (isRoot || isRepository) break
  }
  throw bad(
    'no design here: no loadpath.yaml or *.loadpath.yaml up to the repository root',
    'loadpath init writes a first one',
  )
}
