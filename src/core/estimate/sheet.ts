import { type Expression, term } from './expression.ts'
import type { Gap, Line, Section, Unit } from './line.ts'

/** The lines of one estimate while they are made. */
export interface Sheet {
  readonly lines: Line[]
  readonly gaps: Gap[]
}

export interface Heading {
  readonly id: string
  readonly section: Section
  readonly subject: string
  readonly name: string
  readonly unit: Unit
  /** What formulas that use it call it; left out: its subject and name. */
  readonly called?: string
}

export const createSheet = (): Sheet => ({ lines: [], gaps: [] })

/** Adds a line; what it returns stands for it in the formulas of others. */
export function put({ lines }: Sheet, heading: Heading, expression: Expression): Expression {
  const { section, subject, name, unit, called = `${name} of ${subject}` } = heading
  const id = unused(lines, heading.id)
  lines.push({
    id,
    section,
    subject,
    name,
    unit,
    value: expression.value,
    formula: expression.text,
    inputs: expression.inputs,
    rounding: expression.isRounded ? 'up to a whole number' : 'none',
    range: null,
  })
  return lineTerm({ called, value: expression.value, unit, id })
}

/** Names of a design may meet words of ids: a component called `all`. */
function unused(lines: readonly Line[], id: string): string {
  const taken = (one: string): boolean => lines.some((line) => line.id === one)
  let free = id
  for (let i = 2; taken(free); i++) free = `${id}.${i}`
  return free
}

export const lineTerm = (line: {
  readonly called: string
  readonly value: number
  readonly unit: Unit
  readonly id: string
}): Expression => term({ name: line.called, value: line.value, unit: line.unit, from: { kind: 'line', id: line.id } })
