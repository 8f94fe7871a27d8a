import type { Diagnostic } from '../base/diagnostic.ts'
import type { ReviewStep } from '../base/review-step.ts'
import type { MapNode, Node } from '../text/document.ts'

/** Sections stand in the order of the eight steps; what is not here is about the components. */
const sectionSteps: Readonly<Record<string, ReviewStep>> = {
  requirements: 1,
  assume: 1,
  load: 1,
  policies: 6,
  scenarios: 6,
  security: 7,
  accepted: 7,
  decisions: 8,
  variants: 8,
}

/** Keys of a component that answer another question than what it is. */
const keySteps: Readonly<Record<string, ReviewStep>> = {
  instances: 3,
  size: 3,
  machine: 3,
  scale: 3,
  balance: 3,
  limits: 3,
  shards: 3,
  tables: 4,
  replicas: 4,
  consistency: 4,
  commit: 4,
  backup: 4,
  keyspaces: 5,
  evict: 5,
  health: 6,
  recover: 6,
  deploy: 6,
  'slow-mode': 6,
  handles: 7,
  stores: 7,
}

/** Each diagnostic with its step of a review: that of its rule, or of the section it stands in. */
export const withSteps = (list: readonly Diagnostic[], root: MapNode): readonly Diagnostic[] =>
  list.map((one) => (one.step === undefined ? { ...one, step: stepOf(one, root) } : one))

function stepOf({ at, severity }: Diagnostic, root: MapNode): ReviewStep {
  // There may be thousands of mistakes in a file of thousands of components: their section is enough.
  const depth = severity === 'error' ? 1 : 3
  const [section = '', , key = ''] = at.file.startsWith('--') ? writtenPath(at.file) : keysAt(root, at, depth)
  return (section === 'components' ? keySteps[key] : undefined) ?? sectionSteps[section] ?? COMPONENTS
}

const COMPONENTS: ReviewStep = 2

/** `--set components.api.instances=4`. */
const writtenPath = (option: string): readonly string[] => option.replace(/^\S+ /, '').split(/[.=]/)

function keysAt(node: Node, at: Diagnostic['at'], depth: number): readonly string[] {
  if (node.kind !== 'map' || depth === 0) return []
  const found = node.entries.find(
    ({ keySpan: { file, offset }, value }) =>
      file === at.file && offset <= at.offset && at.offset < value.span.endOffset,
  )
  return found === undefined ? [] : [found.key, ...keysAt(found.value, at, depth - 1)]
}
