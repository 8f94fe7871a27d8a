import type { Node } from '../text/document.ts'

/** The steps of a list that was checked to be one; none for an absent one. */
export const nodesOf = (node: Node | null | undefined): readonly Node[] => (node?.kind === 'list' ? node.items : [])
