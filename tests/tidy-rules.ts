/**
 * The rules of the house as pure functions over source texts. Each returns what is wrong as `file:line: why`.
 * What they may not find is the business of the compiler and the linter.
 */
import path from 'node:path'

export interface Source {
  /** From the root of the repository, with forward slashes: `src/core/base/heap.ts`. */
  readonly file: string
  readonly text: string
}

/** What a folder may import: own folders (or single files) of src, and packages. Its own files are always allowed. */
export interface Layer {
  readonly from: readonly string[]
  readonly packages?: readonly string[]
}

interface Import {
  readonly target: string
  readonly line: number
}

/** Comments, strings and regular expressions become blanks; lines and columns stay. */
export function codeOf(text: string): string {
  const blanks =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|(?<=(?:[(,=:[!&|?{};]|return)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g
  return withoutTemplateText(text.replace(blanks, (match) => match.replace(/[^\n]/g, ' ')))
}

/** Blanks the text of template literals, keeps the code in `${}`. */
function withoutTemplateText(text: string): string {
  let out = ''
  const depths: number[] = []
  let isText = false
  for (let at = 0; at < text.length; at++) {
    const c = text[at] ?? ''
    if (isText && c === '\\') {
      out += '  '
      at++
    } else if (c === '`') {
      isText = !isText
      out += ' '
    } else if (isText && c === '$' && text[at + 1] === '{') {
      depths.push(0)
      isText = false
      out += '  '
      at++
    } else if (isText) {
      out += c === '\n' ? c : ' '
    } else if (depths.length > 0 && c === '}' && depths.at(-1) === 0) {
      depths.pop()
      isText = true
      out += ' '
    } else {
      const last = depths.length - 1
      if (last >= 0 && c === '{') depths[last]! += 1
      if (last >= 0 && c === '}') depths[last]! -= 1
      out += c
    }
  }
  return out
}

export function importsOf({ file, text }: Source): readonly Import[] {
  const pattern = /^(?:import|export)\b[^'"`;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm
  return [...text.matchAll(pattern)].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? ''
    const target = name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name
    return { target, line: lineAt(text, match.index) }
  })
}

/** @param map from a folder or file below `src/` to what it may import; the longest name that fits counts */
export function wrongImports(sources: readonly Source[], map: Readonly<Record<string, Layer>>): readonly string[] {
  return sources.flatMap((source) => {
    const owner = ownerOf(source.file, Object.keys(map))
    const layer = map[owner ?? '']
    if (owner === undefined || !layer) return [`${source.file}: this folder is not in the import map`]
    return importsOf(source)
      .filter(({ target }) => !isAllowed(target, owner, layer))
      .map(({ target, line }) => `${source.file}:${line}: ${owner} may not import ${target}`)
  })
}

function isAllowed(target: string, owner: string, { from, packages = [] }: Layer): boolean {
  if (!target.startsWith('src/'))
    return packages.some((name) => target === name || target.startsWith(name.endsWith(':') ? name : `${name}/`))
  return [owner, ...from].some((name) => isIn(target, name))
}

const ownerOf = (file: string, names: readonly string[]): string | undefined =>
  names.filter((name) => isIn(file, name)).toSorted((a, b) => b.length - a.length)[0]

const isIn = (file: string, name: string): boolean => file === `src/${name}` || file.startsWith(`src/${name}/`)

/** A member that no file of its folder imports is in no list: it was forgotten in `index.ts`. */
export function unlistedMembers(sources: readonly Source[], extensionPoint: string): readonly string[] {
  const inside = sources.filter(({ file }) => path.posix.dirname(file) === `src/${extensionPoint}`)
  if (inside.length === 0) return []
  const imported = new Set(inside.flatMap((source) => importsOf(source).map(({ target }) => target)))
  const machinery = ['index.ts', 'define.ts']
  return inside
    .filter(({ file }) => !machinery.includes(path.posix.basename(file)) && !imported.has(file))
    .map(({ file }) => `${file}: is not listed in src/${extensionPoint}/index.ts`)
}

/** Only the list of an extension point knows its members; everybody else takes the list as a value. */
export function importedMembers(sources: readonly Source[], extensionPoint: string): readonly string[] {
  const list = sources.find(({ file }) => file === `src/${extensionPoint}/index.ts`)
  if (!list) return []
  const machinery = /\/(?:define|params)\.ts$/
  const members = new Set(importsOf(list).flatMap(({ target }) => (machinery.test(target) ? [] : [target])))
  return sources
    .filter(({ file }) => !isIn(file, extensionPoint))
    .flatMap((source) =>
      importsOf(source)
        .filter(({ target }) => members.has(target))
        .map(({ target, line }) => `${source.file}:${line}: imports ${target} past its list`),
    )
}

export interface Ban {
  readonly pattern: RegExp
  readonly why: string
}

/** Looks at code only: comments and strings may say anything. */
export function bannedCode(sources: readonly Source[], bans: readonly Ban[]): readonly string[] {
  return sources.flatMap(({ file, text }) => {
    const code = codeOf(text)
    return bans.flatMap(({ pattern, why }) =>
      [...code.matchAll(new RegExp(pattern, 'gm'))].map((match) => `${file}:${lineAt(code, match.index)}: ${why}`),
    )
  })
}

/** Tables and generated files may be as long and as wide as they need; their first line says so. */
export const isExempt = ({ text }: Source): boolean => /^\/\/ @(?:generated|data)\b/.test(text)

export const linesOf = ({ text }: Source): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

/** Lines that hold code: no comments, no blank ones. */
export const codeLinesOf = ({ text }: Source): number =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length

export function longFiles(sources: readonly Source[], most: number): readonly string[] {
  return sources
    .filter((source) => !isExempt(source) && linesOf(source) > most)
    .map((source) => `${source.file}: ${linesOf(source)} lines, at most ${most}`)
}

/** A line that is nothing but one text, as messages are: broken in two it could not be searched. */
const isOneText = (line: string): boolean =>
  /^\s*(?:return |(?:const )?[\w.]+(?::| =) )?(['`]).*\1[,)]*(?: [+:])?$/.test(line) && !/['`] [?+] /.test(line)

export function longLines(sources: readonly Source[], most: number): readonly string[] {
  return sources
    .filter((source) => !isExempt(source))
    .flatMap(({ file, text }) =>
      text.split('\n').flatMap((line, index) => {
        const columns = [...line].length
        return columns > most && !isOneText(line) ? [`${file}:${index + 1}: ${columns} columns, at most ${most}`] : []
      }),
    )
}

export function bannedNames(files: readonly string[], words: readonly string[]): readonly string[] {
  return files.flatMap((file) => {
    const parts = path.posix.basename(file).split(/[.-]/)
    return words.filter((word) => parts.includes(word)).map((word) => `${file}: "${word}" says nothing in a name`)
  })
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length
