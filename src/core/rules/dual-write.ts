import type { Target } from '../design/design.ts'
import type { Rule } from './define.ts'
import { grouped, names, otherSpans } from './wording.ts'
import { type WrittenStep, writtenSteps } from './written-steps.ts'

/** One change is written to two systems, and nothing makes it both or neither. */
export const dualWrite: Rule = {
  code: 'dual-write',
  step: 8,
  severity: 'note',
  meaning:
    'A flow writes to a database and tells another system (a stream, a queue, a second database) itself. When it fails between the two, one has the change and the other has not, for good: no transaction spans both. (Kleppmann 2017, Designing Data-Intensive Applications, chapter 11; Richardson, transactional outbox.)',
  remedy:
    'An outbox in the same transaction (`outbox`), change data capture, or one of the two derived from the other.',
  check: ({ design }) => {
    const stores = new Set([...design.components.values()].filter(({ kind }) => STORES.has(kind)).map(({ id }) => id))
    const steps = writtenSteps(design)
    return [...grouped(steps, ({ flow, by }) => `${flow.id} ${by}`).values()].flatMap((own) => {
      const writes = own.flatMap((one) =>
        one.step.verb === 'write' && stores.has(one.step.target.component) ? [one] : [],
      )
      const told = own.flatMap((one) => (isTold(one, design, writes) ? [one] : []))
      const [first] = writes
      const [other] = told
      if (first === undefined || other === undefined) return []
      const all = [...writes, ...told]
      const systems = names([...new Set(all.flatMap(({ step }) => ('target' in step ? [nameOf(step.target)] : [])))])
      const also = otherSpans([other.step.span, ...all.map(({ step }) => step.span)])
      return [
        {
          at: other.step.span,
          message: `\`${first.by}\` changes ${systems} in one \`${first.flow.id}\`, and nothing makes it all or none`,
          hint: 'let a flow `consume` the table (an outbox), or derive one from the other',
          ...(also.length > 0 ? { also } : {}),
        },
      ]
    })
  },
}

const STORES: ReadonlySet<string> = new Set([
  'sql-database',
  'document-store',
  'wide-column-store',
  'key-value-store',
  'search-index',
  'columnar-store',
])

const nameOf = ({ component }: Target): string => component

/** A message that no outbox of a written database carries, or a write to a second store. */
function isTold(
  { step }: WrittenStep,
  { components }: { readonly components: ReadonlyMap<string, { readonly kind: string }> },
  writes: readonly WrittenStep[],
): boolean {
  const written = writes.map(({ step: one }) => ('target' in one ? one.target.component : ''))
  if (step.verb === 'publish') {
    const kind = components.get(step.target.component)?.kind ?? ''
    return !written.includes(step.target.component) && !STORES.has(kind) && written.length > 0
  }
  return step.verb === 'write' && written.includes(step.target.component) && step.target.component !== written[0]
}
