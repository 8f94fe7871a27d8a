import type { Node } from '../text/document.ts'

/** A tree as flow YAML. */
export function formatNode(node: Node): string {
  if (node.kind === 'scalar') return /[{}[\],:#&*]/.test(node.text) ? JSON.stringify(node.text) : node.text
  if (node.kind === 'list') return `[${node.items.map(formatNode).join(', ')}]`
  return `{ ${node.entries.map(({ key, value }) => `${key}: ${formatNode(value)}`).join(', ')} }`
}
