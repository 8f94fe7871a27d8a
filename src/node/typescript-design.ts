import { pathToFileURL } from 'node:url'
import type { DesignText } from './design-file.ts'
import { OperationError } from './operation-error.ts'

/**
 * Runs a TypeScript design and returns its default export (or `design`) as text: JSON is YAML, so it goes the same
 * way as a written one. Only the command line does this, for a file the user named.
 */
export async function textOfTypeScript({ absolute, file }: DesignText): Promise<string> {
  const loaded = await load(absolute, file)
  const design = isObject(loaded) ? (loaded['default'] ?? loaded['design']) : undefined
  if (!isObject(design)) {
    throw new OperationError(`${file} exports no design`, {
      exitCode: 2,
      hint: 'export default defineDesign({ loadpath: 1, ... }), with defineDesign from "loadpath"',
    })
  }
  try {
    return JSON.stringify(design, null, 2)
  } catch (error) {
    throw new OperationError(`${file}: the design cannot be written as text: ${messageOf(error)}`, { exitCode: 2 })
  }
}

async function load(absolute: string, file: string): Promise<unknown> {
  try {
    const { createJiti } = await import('jiti')
    const alias = { loadpath: new URL('./core.mjs', import.meta.url).pathname }
    return await createJiti(pathToFileURL(absolute).href, { alias, moduleCache: false }).import(absolute)
  } catch (error) {
    throw new OperationError(`${file} could not be run: ${messageOf(error)}`, { exitCode: 2 })
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
