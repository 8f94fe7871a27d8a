import type { Collector } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Entry, MapNode, Node } from '../text/document.ts'
import { type Field, isName, type Reading, take } from '../text/field.ts'
import { readUncertain, type Uncertain } from '../text/scalars/assumption.ts'
import type { Quantity } from '../text/scalars/dimension.ts'
import type { LawOptions } from '../text/scalars/distribution.ts'
import type { Scope } from '../text/scalars/expression.ts'
import type { Assumption } from './design.ts'

/** One entry of `assume`: a value of any dimension, with its range and the reason. */
export const assumptionField: Field<Uncertain> = {
  form: 'a value with its unit, or `{ is, range, why }`',
  schema: {
    anyOf: [
      { type: ['string', 'number'] },
      {
        type: 'object',
        properties: {
          is: { type: ['string', 'number'], description: 'The value with its unit, a law, or an expression.' },
          range: { type: 'string', description: 'The 90 % range of what we do not know: `30 M..80 M`.' },
          growth: { type: ['string', 'number'], description: 'How fast it grows: `17 M/d`.' },
          why: { type: 'string', description: 'Where the number comes from.' },
        },
        required: ['is'],
        additionalProperties: false,
      },
    ],
  },
  read: (node, reading) => take(readUncertain(node, { scope: reading.scope, ...fileOf(reading) }), reading),
}

const fileOf = ({ file }: Reading): Pick<LawOptions, 'file'> => (file ? { file } : {})

export interface Assumptions {
  readonly scope: Scope
  /** What was understood; `isUsed` counts everything that was read until now. */
  readonly assumptions: () => ReadonlyMap<string, Assumption>
}

interface Slot {
  readonly entry: Entry
  state: 'untouched' | 'reading' | 'known' | 'broken'
  value: Uncertain | null
  isUsed: boolean
}

/**
 * The names of section `assume`, which may refer to each other in any order. Each is read once, when it is first asked
 * for; a ring is refused with its path.
 */
export function readAssumptions(node: Node | undefined, reading: Omit<Reading, 'scope'>): Assumptions {
  const { out } = reading
  const slots = new Map<string, Slot>()
  for (const entry of entriesOf(node, out)) {
    if (isName(entry.key, entry.keySpan, out))
      slots.set(entry.key, { entry, state: 'untouched', value: null, isUsed: false })
  }
  const ring: string[] = []
  const get = (name: string): Quantity | undefined => {
    const slot = slots.get(name)
    if (slot === undefined) return undefined
    if (slot.state === 'reading') reportRing(name, ring, slot, out)
    if (slot.state === 'untouched') readSlot(name, slot)
    return slot.value?.is
  }
  const scope: Scope = {
    get,
    names: () => slots.keys(),
    onUse: (name) => {
      const slot = slots.get(name)
      if (slot) slot.isUsed = true
    },
    isBroken: (name) => slots.has(name),
  }
  const readSlot = (name: string, slot: Slot): void => {
    slot.state = 'reading'
    ring.push(name)
    const value = assumptionField.read(slot.entry.value, { ...reading, scope })
    ring.pop()
    slot.value = value ?? null
    slot.state = value === undefined ? 'broken' : 'known'
  }
  for (const name of slots.keys()) get(name)
  return { scope, assumptions: () => listed(slots) }
}

function entriesOf(node: Node | undefined, out: Collector): readonly Entry[] {
  if (node === undefined) return []
  if (node.kind === 'map') return (node satisfies MapNode).entries
  out.error('wrong-shape', node.span, '`assume` is a map from names to values', 'write `assume: { users: 12 M }`')
  return []
}

function reportRing(name: string, ring: readonly string[], { entry }: Slot, out: Collector): void {
  const path = [...ring.slice(ring.indexOf(name)), name].map((each) => `\`${each}\``).join(' -> ')
  out.error('assumption-cycle', entry.keySpan, `the value of \`${name}\` depends on itself: ${path}`)
}

function listed(slots: ReadonlyMap<string, Slot>): ReadonlyMap<string, Assumption> {
  const known = new Map<string, Assumption>()
  for (const [name, { entry, value, isUsed }] of slots) {
    if (value === null) continue
    const { is, why, range } = value
    const span: Span = entry.keySpan
    const low = range === null ? null : { low: range.low, high: range.high }
    known.set(name, {
      value: is.value satisfies number | Distribution,
      dimension: is.dimension,
      range: low,
      why,
      isUsed,
      span,
    })
  }
  return known
}
