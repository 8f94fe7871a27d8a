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
  const { id, section, subject, name, unit, called = `${name} of ${subject}` } = heading
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

export const lineTerm = (line: {
  readonly called: string
  readonly value: number
  readonly unit: Unit
  readonly id: string
}): Expression => term({ name: line.called, value: line.value, unit: line.unit, from: { kind: 'line', id: line.id } })
