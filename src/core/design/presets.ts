import { noSpan } from '../base/span.ts'
import type { Kind } from '../kinds/define.ts'
import { createMap, type MapNode, type Node } from '../text/document.ts'
import { mergeNodes } from './merge-nodes.ts'
import { nodeOfNotation } from '../text/notation.ts'

/** The defaults of a technology as if they were written, so that the fields of its kind read them. */
export function presetTree(kind: Kind): MapNode {
  let tree = createMap([], noSpan)
  for (const [path, { value }] of Object.entries(kind.presets)) {
    const merged = mergeNodes(tree, nested(path.split('.'), nodeOfNotation(value, noSpan)))
    if (merged.kind === 'map') tree = merged
  }
  return tree
}

function nested(path: readonly string[], leaf: Node): Node {
  return path.reduceRight<Node>((value, key) => createMap([{ key, keySpan: noSpan, value }], noSpan), leaf)
}
