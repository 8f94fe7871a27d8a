import type { Diagnostic } from '../base/diagnostic.ts'
import { noSpan } from '../base/span.ts'
import type { Node } from './document.ts'
import { parse } from './parse.ts'

/**
 * Places as paths, for a text that nobody wrote: of a design in TypeScript there is only the JSON that it became, whose
 * lines mean nothing to its author. `shop.loadpath.ts:17:9` is `shop.loadpath.ts#components.api.instances` then.
 *
 * @param text  the JSON, as it was read
 */
export function withPaths(list: readonly Diagnostic[], text: string, file: string): readonly Diagnostic[] {
  const { document, partial } = parse(text, { file })
  const root = document?.root ?? partial?.document.root
  if (root === undefined) return list
  const place = (at: Diagnostic['at']): Diagnostic['at'] => {
    const path = at.file === file ? pathAt(root, at.offset) : []
    return at.file === file ? { ...noSpan, file: [file, path.join('.')].filter((part) => part !== '').join('#') } : at
  }
  return list.map((diagnostic) => ({
    ...diagnostic,
    at: place(diagnostic.at),
    ...(diagnostic.also === undefined ? {} : { also: diagnostic.also.map(place) }),
  }))
}

/** The path of what stands at a place of a file: `components.db.instances`; empty for other files. */
export function pathsIn(text: string, file: string): (at: Diagnostic['at']) => string {
  const { document, partial } = parse(text, { file })
  const root = document?.root ?? partial?.document.root
  return (at) => (root === undefined || at.file !== file ? '' : pathAt(root, at.offset).join('.'))
}

/** Keys and positions down to the innermost value that holds an offset. */
function pathAt(node: Node, offset: number): readonly string[] {
  if (node.kind === 'scalar') return []
  const children =
    node.kind === 'map'
      ? node.entries.map(({ key, keySpan, value }) => ({ key, from: keySpan.offset, value }))
      : node.items.map((value, i) => ({ key: `${i}`, from: value.span.offset, value }))
  const found = children.find(({ from, value }) => from <= offset && offset < value.span.endOffset)
  return found === undefined ? [] : [found.key, ...pathAt(found.value, offset)]
}

/** `line 12`, or the path where there is one. */
export const shortPlace = ({ file, line }: Diagnostic['at']): string => {
  const [, path] = file.split('#')
  return path === undefined || path === '' ? `line ${line}` : path
}
