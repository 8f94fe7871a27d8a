import type { Rule } from './define.ts'
import { grouped, names, otherSpans } from './wording.ts'
import { type WrittenStep, writtenSteps } from './written-steps.ts'

/** Several services write the same table. */
export const sharedDatabase: Rule = {
  code: 'shared-database',
  step: 8,
  severity: 'note',
  meaning:
    'Two or more services write one table: none of them can change it, or keep a rule about it, without the others, though they are deployed apart. (Newman 2021, Building Microservices, chapter 4; Richardson, shared database.)',
  remedy: 'One owner that the others ask, events that they follow, or one service for what belongs together.',
  check: ({ design }) => {
    const writes = writtenSteps(design).filter(
      ({ step, by }) => step.verb === 'write' && SERVICES.has(design.components.get(by)?.kind ?? ''),
    )
    return [...grouped(writes, tableOf)].flatMap(([table, own]) => {
      const writers = [...new Set(own.map(({ by }) => by))]
      const [first] = own
      if (first === undefined || writers.length < 2) return []
      return [
        {
          at: first.step.span,
          message: `${names(writers)} ${writers.length > 2 ? 'all' : 'both'} write \`${table}\``,
          hint: 'let one of them own it',
          also: otherSpans(own.map(({ step }) => step.span)),
        },
      ]
    })
  },
}

const SERVICES: ReadonlySet<string> = new Set(['service', 'function'])

function tableOf({ step }: WrittenStep): string {
  if (!('target' in step)) return ''
  const { component, part } = step.target
  return part === null ? component : `${component}.${part}`
}
