import type { Component } from '../design/design.ts'
import type { Span } from '../base/span.ts'
import { quantity, seconds } from '../result/format.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { leastTime } from './hold-time.ts'
import { numberAt, wordAt } from './setting.ts'
import { callSites } from './walk.ts'
import { grouped, otherSpans } from './wording.ts'
import { type RowStep, writtenSteps } from './written-steps.ts'

/** A read for which there is neither key nor index: it looks at all rows. */
export const scanRead: Rule = {
  code: 'scan-read',
  step: 4,
  severity: 'warning',
  meaning:
    'No key and no index serves a read: every time, all rows of the table are looked at to find those that are wanted.',
  remedy:
    'An index on the columns that the read knows (`indexes`, `access: { by: <index> }`), or a store made for scans.',
  check: (subject) => {
    const reads = writtenSteps(subject.design).flatMap(({ step }) => (step.verb === 'read' ? [step] : []))
    const byPath = grouped(reads, ({ target }) => `${target.component}.${target.part ?? ''}.${target.path ?? ''}`)
    return [...byPath.values()].flatMap((alike) => scanned(subject, alike))
  },
}

/** Fewer pages are read in a millisecond or so (assumption): nobody needs an index for them. */
const fewPages = 100

/** Bytes. Source: PostgreSQL documentation, runtime configuration: page size, 2025. */
const pageSize = 8192

function scanned(subject: Subject, reads: readonly RowStep[]): readonly Breach[] {
  const [read] = reads
  const component = read && subject.design.components.get(read.target.component)
  if (read === undefined || component === undefined || !isScan(component, read)) return []
  const { target } = read
  const table = target.part ?? ''
  const rows = numberAt(component, ['tables', table, 'rows']) ?? 0
  const pages = Math.ceil((rows * (numberAt(component, ['tables', table, 'row']) ?? 0)) / pageSize)
  if (pages < fewPages) return []
  const also = otherSpans(reads.map(({ span }) => span))
  return [
    {
      at: read.span,
      message: `no key or index serves \`${target.component}.${table}.${target.path ?? ''}\`: it scans ${quantity(rows)} rows in ${quantity(pages)} pages${timeText(subject, read)}`,
      hint: `add an index to \`${table}\`, and let the access path go \`by\` it`,
      ...(also.length > 0 ? { also } : {}),
    },
  ]
}

function isScan(component: Component, { target }: RowStep): boolean {
  // A column store is made for scans.
  if (target.part === null || target.path === null || component.kind === 'columnar-store') return false
  return wordAt(component, ['tables', target.part, 'access', target.path, 'by']) === 'scan'
}

/** As it is played: processors and disk, without waiting. */
function timeText(subject: Subject, { span }: RowStep): string {
  const site = callSites(subject).find((one) => isSame(one.span, span))
  if (site === undefined) return ''
  const registers = { items: 1, found: 1, missed: 1, group: 1 }
  const { mean } = leastTime(site.call.steps, { model: subject.model, group: site.call.to, registers }, 'reply')
  return mean > 0 ? `, ${seconds(mean)} each time` : ''
}

const isSame = (a: Span, b: Span): boolean => a.file === b.file && a.offset === b.offset
