import { nobody, type Suspect, type Trail } from './define.ts'

/** All network time together, when it outweighs the waiting. */
export function network({ root, evidence }: Trail): Suspect | null {
  const crossing = evidence.tail.filter((part) => part.category === 'network')
  const share = crossing.reduce((total, part) => total + part.share, 0)
  const [first] = crossing
  if (!first || share < 0.5 || share < root.share) return null
  return {
    ...nobody,
    component: first.component,
    reason: 'network',
    share,
    agree: share >= 0.8 ? 3 : 2,
    note: first.step,
  }
}
