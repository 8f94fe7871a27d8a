import type { Ratio } from '../base/units.ts'
import { popularityBins } from '../base/zipf.ts'
import { type Expression, found, product, sum, zero } from './expression.ts'
import type { Asked } from './requests.ts'
import { put, type Sheet } from './sheet.ts'
import type { Stored } from './storage.ts'
import { setting, type Subject } from './subject.ts'

/** Keys that carry this share of the reads are the hot set. */
const SHARES: readonly Ratio[] = [0.8, 0.95]

/** What a data set would take in memory. */
export interface Hot {
  readonly component: string
  readonly part: string
  /** Bytes of the keys that carry 80 % of the reads; null = nobody says how unevenly they are asked for. */
  readonly hot: Expression | null
  /** Bytes of all. */
  readonly all: Expression
}

/** How many keys carry most of the reads, by their popularity, and how many bytes those are. */
export function memoryLines(
  subject: Subject,
  sheet: Sheet,
  { stored, asked }: { readonly stored: readonly Stored[]; readonly asked: readonly Asked[] },
): readonly Hot[] {
  return [...subject.holdings].flatMap(([component, holdings]) =>
    holdings.flatMap((holding): readonly Hot[] => {
      if (holding.popularity === null || holding.count === null || holding.on === 'service') return []
      const grown = stored.find((one) => one.component === component && one.holding.part === holding.part)
      const things = grown?.things ?? setting(subject, component, holding.count, 'count')
      if (things.value <= 0) return []
      const id = `${component}.${holding.part}`
      const own = holding.on === 'memory' ? [holding.each, ...holding.overheads] : [holding.each]
      const each = sum(
        ...own.filter(({ value }) => value > 0).map((part) => setting(subject, component, part, 'bytes')),
      )
      const popularity = setting(subject, component, holding.popularity, 'count')
      const say = (figure: string, name: string, value: Expression, isCount = false): Expression =>
        put(
          sheet,
          { id: `memory.${id}.${figure}`, section: 'memory', subject: id, name, unit: isCount ? 'count' : 'bytes' },
          value,
        )
      const all = say('all', 'bytes of all', product(things, each))
      // Of what nobody reads there is no hot part.
      const isRead = asked.some(
        ({ to, part, verb }) => to === component && part === holding.part && (verb === 'read' || verb === 'get'),
      )
      if (!isRead) return [{ component, part: holding.part, hot: null, all }]
      const hot = SHARES.map((share) => {
        const words = `keys that carry ${Math.round(100 * share)} % of reads`
        const keys = say(`${Math.round(100 * share)}.keys`, words, hotKeys(share, things, popularity), true)
        return say(`${Math.round(100 * share)}`, `bytes of the ${words}`, product(keys, each))
      })
      const isKnown = popularity.inputs[0]?.from.kind !== 'default'
      if (!isKnown) gapOf(subject, sheet, { component, part: holding.part, popularity })
      return [{ component, part: holding.part, hot: isKnown ? (hot[0] ?? zero) : null, all }]
    }),
  )
}

/** Of `keys` ranks with probabilities rank^-s, so many from the top have this share of them. */
function hotKeys(share: Ratio, keys: Expression, popularity: Expression): Expression {
  const total = Math.max(1, Math.ceil(keys.value))
  let mass = 0
  let ranks = 0
  for (const bin of popularityBins(total, popularity.value)) {
    const whole = bin.ranks * bin.p
    if (mass + whole >= share) {
      ranks += (share - mass) / bin.p
      break
    }
    mass += whole
    ranks += bin.ranks
  }
  const value = Math.min(total, Math.ceil(ranks - 1e-9 * ranks))
  const law = popularity.value === 0 ? 'all alike' : `zipf(${popularity.value})`
  const text = `ranks of ${law} over ${keys.text} whose probabilities add up to ${Math.round(100 * share)} %`
  return { ...found(value, text, [...keys.inputs, ...popularity.inputs]), isRounded: true }
}

function gapOf(
  { design }: Subject,
  sheet: Sheet,
  {
    component,
    part,
    popularity,
  }: { readonly component: string; readonly part: string; readonly popularity: Expression },
): void {
  const [input] = popularity.inputs
  if (input?.from.kind !== 'default') return
  sheet.gaps.push({
    section: 'memory',
    subject: `${component}.${part}`,
    missing: 'how unevenly its keys are asked for: all alike is taken',
    write: 'popularity: zipf(0.9)',
    where: `in ${input.from.path.replace(/\.popularity$/, '')}`,
    at: design.components.get(component)?.span ?? null,
  })
}
