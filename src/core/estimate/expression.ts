import type { Input } from './line.ts'

/** A formula with its value: whoever writes the one gets the other, so that they cannot differ. */
export interface Expression {
  readonly value: number
  readonly text: string
  readonly inputs: readonly Input[]
  /** How tightly its last operation holds: sums least. */
  readonly binds: 'sum' | 'product' | 'name'
  readonly isRounded: boolean
}

export const term = (input: Input): Expression => ({
  value: input.value,
  text: input.name,
  inputs: [input],
  binds: 'name',
  isRounded: false,
})

/** Written out in the formula: 1, 86 400. */
export const number = (value: number, text = String(value)): Expression => ({
  value,
  text,
  inputs: [],
  binds: 'name',
  isRounded: false,
})

export const one = number(1)
export const zero = number(0)

/** Ones are left out. */
export function product(...factors: readonly Expression[]): Expression {
  const real = factors.filter((factor) => factor !== one)
  const [only] = real
  if (only === undefined) return one
  if (real.length === 1) return only
  if (real.includes(zero)) return zero
  return {
    value: real.reduce((value, factor) => value * factor.value, 1),
    text: real.map((factor) => bracketed(factor, 'sum')).join(' × '),
    inputs: joined(real),
    binds: 'product',
    isRounded: false,
  }
}

export function sum(...parts: readonly Expression[]): Expression {
  const real = parts.filter((part) => part !== zero)
  const [only] = real
  if (only === undefined) return zero
  if (real.length === 1) return only
  return {
    value: real.reduce((value, part) => value + part.value, 0),
    text: real.map(({ text }) => text).join(' + '),
    inputs: joined(real),
    binds: 'sum',
    isRounded: false,
  }
}

export function quotient(above: Expression, below: Expression): Expression {
  if (below === one) return above
  return {
    value: below.value === 0 ? 0 : above.value / below.value,
    text: `${bracketed(above, 'sum')} / ${below.binds === 'name' ? below.text : `(${below.text})`}`,
    inputs: joined([above, below]),
    binds: 'product',
    isRounded: false,
  }
}

export const less = (whole: Expression, part: Expression): Expression => ({
  value: whole.value - part.value,
  text: `${whole.text} − ${part.binds === 'sum' ? `(${part.text})` : part.text}`,
  inputs: joined([whole, part]),
  binds: 'sum',
  isRounded: false,
})

/** A hair of rounding above a whole number is not a further one. */
export const roundedUp = (inner: Expression): Expression => ({
  value: Math.ceil(inner.value - 1e-9 * Math.max(1, Math.abs(inner.value))),
  text: inner.text,
  inputs: inner.inputs,
  binds: inner.binds,
  isRounded: true,
})

/** `most(a, b)`: the largest of them. */
export const most = (parts: readonly Expression[]): Expression => ({
  value: Math.max(...parts.map(({ value }) => value)),
  text: `the largest of (${parts.map(({ text }) => text).join(', ')})`,
  inputs: joined(parts),
  binds: 'name',
  isRounded: false,
})

/** What arithmetic alone does not give: `text` says how it is found from the inputs. */
export const found = (value: number, text: string, inputs: readonly Input[]): Expression => ({
  value,
  text,
  inputs,
  binds: 'name',
  isRounded: false,
})

const bracketed = ({ text, binds }: Expression, below: 'sum'): string => (binds === below ? `(${text})` : text)

/** Each of them once. */
function joined(parts: readonly Expression[]): readonly Input[] {
  const inputs = new Map<string, Input>()
  for (const input of parts.flatMap((part) => part.inputs))
    inputs.set(`${input.name}\n${JSON.stringify(input.from)}`, input)
  return [...inputs.values()]
}
