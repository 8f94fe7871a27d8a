import type { Span } from '../../base/span.ts'
import { nearestNames } from '../../base/nearest.ts'
import { describeNode, type Node, type ScalarNode, shorten, spanWithin } from '../document.ts'
import { type CallShape, type NumberRule, numberOf, takeArguments } from './arguments.ts'
import { type Cursor, createCursor, failAt, finish } from './cursor.ts'
import { andThen, type Read, valid, wrong } from './read.ts'
import { type Call, parseValue, type Value } from './value.ts'

/** A word or `word(...)`, generic: names, values and places of the arguments. */
export interface ParsedCall {
  readonly name: string
  readonly nameSpan: Span
  readonly args: readonly { readonly name: string | null; readonly value: Value; readonly span: Span }[]
}

/** Reads `async`, `threads(200)`, `daily(low 30% peak 20:00)` without knowing what they mean. */
export function parseCall(node: Node): Read<ParsedCall> {
  if (node.kind !== 'scalar') return wrong('scalar-syntax', node.span, `expected a word, got ${describeNode(node)}`)
  return andThen(readCallOf(node, 'write a word, or `word(...)`'), ({ call }) =>
    valid({
      name: call.name,
      nameSpan: spanWithin(node, call.start, call.name.length),
      args: call.args.map((arg) => ({
        name: arg.name,
        value: arg.value,
        span: spanWithin(node, arg.start, arg.end - arg.start),
      })),
    }),
  )
}

function readCallOf(node: ScalarNode, forms: string): Read<{ readonly cursor: Cursor; readonly call: Call }> {
  const cursor = createCursor(node)
  const value = cursor.problem ? null : parseValue(cursor)
  return andThen(finish(cursor, value, forms), (found) => {
    if (found.kind === 'call') return valid({ cursor, call: found })
    if (found.kind === 'word') {
      return valid({ cursor, call: { name: found.text, args: [], start: found.start, end: found.end } })
    }
    return wrong('scalar-syntax', node.span, `expected a word, got \`${shorten(node.text)}\``, forms)
  })
}

/** What an argument has to be: a number by its rule, a time of day in seconds, or a word. */
export type ArgumentRule = NumberRule | 'clock' | 'word'

/** One form of a choice, like `threads(200)`. Positional arguments are called by their place: `0`, `1`. */
export interface Form extends CallShape {
  readonly rules: Readonly<Record<string, ArgumentRule>>
}

export interface Chosen {
  readonly name: string
  readonly numbers: ReadonlyMap<string, number>
  readonly words: ReadonlyMap<string, string>
}

/** A word alone. */
export const plainForm = (example: string): Form => ({ positional: [0, 0], required: [], rules: {}, example })

/** One of several forms, its arguments checked and in SI units. */
export function readChoice(node: Node, forms: Readonly<Record<string, Form>>, what: string): Read<Chosen> {
  const names = Object.keys(forms)
  const hint = `write ${names.map((name) => `\`${forms[name]?.example ?? name}\``).join(', ')}`
  if (node.kind !== 'scalar')
    return wrong('unknown-choice', node.span, `expected ${what}, got ${describeNode(node)}`, hint)
  return andThen(readCallOf(node, hint), ({ cursor, call }) => {
    const form = Object.hasOwn(forms, call.name) ? forms[call.name] : undefined
    if (!form) {
      const near = nearestNames(call.name, names, 1)[0]
      const guess = near === undefined ? '' : `; did you mean \`${near}\`?`
      const at = spanWithin(node, call.start, call.name.length)
      return wrong('unknown-choice', at, `\`${shorten(call.name)}\` is not ${what}${guess}`, hint)
    }
    const chosen = takeForm(cursor, call, form)
    if (cursor.problem) return { isValid: false, diagnostic: cursor.problem }
    return chosen ? valid(chosen) : wrong('call-arguments', node.span, `expected ${what}`, hint)
  })
}

function takeForm(cursor: Cursor, call: Call, form: Form): Chosen | null {
  const args = takeArguments(cursor, call, form)
  if (!args) return null
  const numbers = new Map<string, number>()
  const words = new Map<string, string>()
  const all = [...args.positional.map((value, i) => [`${i}`, value] as const), ...args.named]
  for (const [name, value] of all) {
    const rule = form.rules[name]
    if (rule === 'word') {
      if (value.kind !== 'word')
        return failAt(cursor, value.start, value.end, 'call-arguments', 'expected a name here', form.example)
      words.set(name, value.text)
    } else if (rule === 'clock') {
      if (value.kind !== 'clock') {
        return failAt(
          cursor,
          value.start,
          value.end,
          'call-arguments',
          'expected a time of day here',
          'write it like `20:00`',
        )
      }
      numbers.set(name, value.seconds)
    } else if (rule) {
      const number = numberOf(cursor, value, rule)
      if (number === null) return null
      numbers.set(name, number)
    }
  }
  return { name: call.name, numbers, words }
}
