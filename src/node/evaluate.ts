import { pathToFileURL } from 'node:url'

/** What a TypeScript design turned out to be: its text as JSON, or why there is none. */
export type Evaluated =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'problem'; readonly message: string; readonly hint?: string }

/**
 * A process of its own that runs one TypeScript design: whatever it does (loop for ever, write to standard output, end
 * the process), the command line that asked for it stays in charge.
 */
const [file = ''] = process.argv.slice(2)
const evaluated = await evaluate(file)
process.send?.(evaluated)
process.disconnect()

async function evaluate(absolute: string): Promise<Evaluated> {
  let loaded: unknown
  try {
    const { createJiti } = await import('jiti')
    const alias = { loadpath: new URL('./core.mjs', import.meta.url).pathname }
    loaded = await createJiti(pathToFileURL(absolute).href, {
      alias,
      moduleCache: false,
      interopDefault: false,
    }).import(absolute)
  } catch (error) {
    return { kind: 'problem', message: `could not be run: ${reasonOf(error, absolute)}` }
  }
  const design: unknown = isObject(loaded) ? await (loaded['default'] ?? loaded['design']) : undefined
  if (!isObject(design) || Array.isArray(design)) {
    const hint = 'export default defineDesign({ loadpath: 1, ... }), with defineDesign from "loadpath"'
    return { kind: 'problem', message: 'exports no design', hint }
  }
  const message = unwritable(design, [], [])
  return message === null ? { kind: 'text', text: JSON.stringify(design, null, 2) } : { kind: 'problem', message }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** The first line of an error, with the line of the design if it is known. */
function reasonOf(error: unknown, absolute: string): string {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  const first = message.split('\n')[0]?.trim() ?? ''
  const at = `${message}\n${stack}`.split(absolute).map((rest) => /^:(\d+):(\d+)/.exec(rest))
  const place = at.find((match) => match !== null)
  return place ? `line ${place[1]}: ${first}` : first
}

/** What JSON would drop or choke on, with its path: a function, a symbol, a big integer, a ring. */
function unwritable(value: unknown, path: readonly string[], ring: readonly unknown[]): string | null {
  const where = path.join('.') || 'the design'
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    return `: \`${where}\` is a ${typeof value}; a design holds texts, numbers, true, false, lists and maps`
  }
  if (!isObject(value)) return null
  if (ring.includes(value)) return `: \`${where}\` holds itself`
  for (const [key, inner] of Object.entries(value)) {
    const found = unwritable(inner, [...path, key], [...ring, value])
    if (found !== null) return found
  }
  return null
}
