import type { Component, Step } from '../design/design.ts'
import { digits } from '../result/format.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { numberAt, wordAt } from './setting.ts'
import { grouped, otherSpans } from './wording.ts'
import { type RowStep, writtenSteps } from './written-steps.ts'

/** A strong read of a store whose replicas cannot give one. */
export const strongReadOfReplica: Rule = {
  code: 'strong-read-of-replica',
  step: 4,
  severity: 'warning',
  meaning:
    'A read asks for the newest value, but the store answers reads from copies that may not have it yet: they follow asynchronously, or their quorums do not overlap. Such a read can be answered by the leader only.',
  remedy:
    'Say how old the answer may be (`consistency: stale(5 s)`), replicate synchronously, or count these reads as load of the leader.',
  check: (subject) => {
    const reads = writtenSteps(subject.design).flatMap(({ step }) => (isStrongRead(step) ? [step] : []))
    return [...grouped(reads, ({ target }) => `${target.component}.${target.part ?? ''}`).values()].flatMap((alike) =>
      breachesOf(subject, alike),
    )
  },
}

const isStrongRead = (step: Step): step is RowStep => step.verb === 'read' && step.consistency === 'strong'

function breachesOf({ design }: Subject, reads: readonly RowStep[]): readonly Breach[] {
  const [read] = reads
  const component = read && design.components.get(read.target.component)
  const why = component && whyNot(component)
  if (read === undefined || why === undefined || why === null) return []
  const { target } = read
  const name = target.part === null ? target.component : `${target.component}.${target.part}`
  const also = otherSpans(reads.map(({ span }) => span))
  return [
    {
      at: read.span,
      message: `the read of \`${name}\` is strong, but ${why}: only the leader can answer it`,
      hint: 'say how old the answer may be (`consistency: stale(5 s)`), or count it as load of the leader',
      ...(also.length > 0 ? { also } : {}),
    },
  ]
}

function whyNot(component: Component): string | null {
  const mode = wordAt(component, ['replicas', 'mode'])
  const from = wordAt(component, ['replicas', 'read-from'])
  const count = numberAt(component, ['replicas', 'count']) ?? 0
  if (mode === 'async' && count > 0 && (from === 'replica' || from === 'any')) {
    const which = from === 'any' ? 'any copy' : 'replicas'
    return `\`${component.id}\` is read from ${which} (\`read-from: ${from}\`), which follow asynchronously`
  }
  if (mode !== 'quorum') return null
  const at = (key: string): number => numberAt(component, ['replicas', 'mode', key]) ?? 0
  const [read, write, copies] = [at('read'), at('write'), at('copies')]
  if (read + write > copies) return null
  return `quorums of \`${component.id}\` do not overlap (r ${digits(read)} + w ${digits(write)} of ${digits(copies)})`
}
