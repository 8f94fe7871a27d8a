import type { PerSecond, Seconds } from '../base/units.ts'
import { createCollector } from '../base/diagnostic.ts'
import type { Holding } from '../kinds/define.ts'
import type { MapNode, Node } from '../text/document.ts'
import { rateField } from '../text/quantity-fields.ts'
import type { Quantity } from '../text/scalars/dimension.ts'
import { scopeOf } from '../text/scalars/expression.ts'
import { bytes } from '../result/format.ts'
import { type Expression, number, one, product, sum, term, zero } from './expression.ts'
import type { Unit } from './line.ts'
import { day } from './load.ts'
import { addedUp, rateOf, type Topic, type Traffic } from './requests.ts'
import { put, type Sheet } from './sheet.ts'
import { setting, type Subject, writtenAt } from './subject.ts'

/** A data set as it grows. */
export interface Stored {
  readonly component: string
  readonly holding: Holding
  /** How many there are: now, or, of what begins empty, after the first year. */
  readonly things: Expression
  /** Bytes on all its copies after the first of the years that were asked about. */
  readonly first: Expression
}

const YEAR: Seconds = 365 * 86_400
const month = number(YEAR / 12, '730 h')

const yearsOf = (count: number): Expression => number(count * YEAR, `${count} × 365 d`)

/** Size and growth of every data set, over years, and on all its copies. */
export function storageLines(subject: Subject, sheet: Sheet, traffic: Traffic): readonly Stored[] {
  const sums: Sums = new Map()
  const stored = [...subject.holdings].flatMap(([component, holdings]) =>
    holdings.flatMap((holding): readonly Stored[] => {
      if (holding.things === 'messages') return keptLines({ subject, sheet, sums }, component, holding, traffic.topics)
      if (holding.things === 'connections') return []
      // What is in a cache lives elsewhere; what lives there is counted.
      if (holding.things === 'entries' && holding.isHome !== true) return []
      return [grownLines({ subject, sheet, sums }, component, holding, traffic)]
    }),
  )
  for (const [figure, { name, unit, parts }] of sums) {
    put(sheet, { id: `storage.all.${figure}`, section: 'storage', subject: 'all data', name, unit }, sum(...parts))
  }
  return stored
}

type Sums = Map<string, { readonly name: string; readonly unit: Unit; readonly parts: Expression[] }>

interface Making {
  readonly subject: Subject
  readonly sheet: Sheet
  readonly sums: Sums
}

/** A line of one data set; bytes count in the sum of all. */
function line({ sheet, sums }: Making, id: string, figure: string, name: string, value: Expression): Expression {
  const unit: Unit = /^(?:rows\b|\d+y\.rows)/.test(figure) ? 'count' : 'bytes'
  const made = put(sheet, { id: `storage.${id}.${figure}`, section: 'storage', subject: id, name, unit }, value)
  if (unit === 'bytes') {
    const total = sums.get(figure) ?? { name, unit, parts: [] }
    total.parts.push(made)
    sums.set(figure, total)
  }
  return made
}

function grownLines(making: Making, component: string, holding: Holding, traffic: Traffic): Stored {
  const { subject } = making
  const id = `${component}.${holding.part}`
  const each = setting(subject, component, holding.each, 'bytes')
  if (each.inputs[0]?.from.kind === 'default') sizeGap(making, component, holding)
  const whole = wholeOf(subject, component, holding)
  const copies = copiesOf(subject, component, holding)
  const count = holding.count === null ? zero : setting(subject, component, holding.count, 'count')
  const growth = growthOf(making, component, holding, traffic)
  const now = growth.isAlone ? zero : count
  const say = (figure: string, name: string, value: Expression): Expression => line(making, id, figure, name, value)
  const start = now === zero ? zero : say('now', 'bytes now', product(now, each))
  const perDay = growth.rate === zero ? zero : say('rows.day', `new ${holding.things} a day`, product(growth.rate, day))
  const perDayBytes = perDay === zero ? zero : say('day', 'new bytes a day', product(perDay, each))
  if (perDayBytes !== zero) say('month', 'new bytes a month', product(growth.rate, each, month))
  if (start !== zero) say('stored.now', 'stored now, with all copies', product(now, whole, copies))
  const years = subject.years.map((ahead) => {
    const rows = sum(now, growth.rate === zero ? zero : product(growth.rate, yearsOf(ahead)))
    const things = say(`rows.${ahead}y`, `${holding.things} after ${yearText(ahead)}`, rows)
    const plain = say(`${ahead}y`, `bytes after ${yearText(ahead)}`, product(things, each))
    if (copies !== one) say(`copied.${ahead}y`, `bytes after ${yearText(ahead)} on all copies`, product(plain, copies))
    const stored = say(
      `stored.${ahead}y`,
      `stored after ${yearText(ahead)}, with all copies`,
      product(things, whole, copies),
    )
    return { things, stored }
  })
  const [first] = years
  return { component, holding, things: now === zero ? (first?.things ?? zero) : now, first: first?.stored ?? zero }
}

function sizeGap({ sheet, subject }: Making, component: string, { part, each, things }: Holding): void {
  sheet.gaps.push({
    section: 'storage',
    subject: `${component}.${part}`,
    missing: `how large one of its ${things} is: ${bytes(each.value)} is taken`,
    write: `${each.name}: 500 B`,
    where: `in components.${component}.${each.path.split('.').slice(0, -1).join('.')}`,
    at: subject.design.components.get(component)?.span ?? null,
  })
}

const yearText = (count: number): string => (count === 1 ? '1 year' : `${count} years`)

/** Bytes of one where it is kept. */
function wholeOf(subject: Subject, component: string, holding: Holding): Expression {
  const parts = [holding.each, ...holding.overheads].filter(({ value }) => value > 0)
  const size = sum(...parts.map((part) => setting(subject, component, part, 'bytes')))
  return holding.packed === null ? size : product(size, setting(subject, component, holding.packed, 'ratio'))
}

const copiesOf = (subject: Subject, component: string, { copies }: Holding): Expression =>
  copies.value === 1 ? one : setting(subject, component, copies, 'count')

interface Growth {
  /** New things a second, on average. */
  readonly rate: Expression
  /** The design says how it grows and not how many there are: it begins empty. */
  readonly isAlone: boolean
}

/** As `growth` says, else by what flows write. */
function growthOf(making: Making, component: string, holding: Holding, { asked, topics }: Traffic): Growth {
  const { subject, sheet } = making
  const path = holding.count?.path ?? ''
  const node = nodeAt(subject, component, path)
  const map = node?.kind === 'map' ? node : null
  const isAlone = map !== null && map.get('is') === undefined && map.get('growth') !== undefined
  const said = map === null ? null : saidGrowth(subject, map)
  if (said !== null) {
    const from = writtenAt(subject.design, `components.${component}.${path}.growth`, said.node)
    return { rate: term({ name: 'growth', value: said.rate, unit: 'per-second', from }), isAlone }
  }
  // Rows of an outbox go when they are taken; what is put into a cache replaces what was there.
  const isOutbox = topics.some((topic) => topic.component === component && topic.part === holding.part)
  if (isOutbox || holding.things === 'entries') return { rate: zero, isAlone: false }
  const writes = asked.filter(({ to, part, verb }) => verb === 'write' && to === component && part === holding.part)
  if (writes.length === 0) return { rate: zero, isAlone: false }
  sheet.gaps.push({
    section: 'storage',
    subject: `${component}.${holding.part}`,
    missing: `whether writes add ${holding.things}: every one of them is taken to`,
    write: 'growth: 1 M/d',
    where: `beside \`is\` in components.${component}.${path}`,
    at: writes[0]?.at ?? null,
  })
  return { rate: addedUp(writes.map((site) => rateOf(site.rate, site.things))).mean, isAlone: false }
}

function nodeAt({ design }: Subject, component: string, path: string): Node | undefined {
  let node: Node | undefined = design.components.get(component)?.written
  for (const key of path.split('.')) node = node?.kind === 'map' ? node.get(key) : undefined
  return node
}

function saidGrowth({ design }: Subject, map: MapNode): { readonly rate: PerSecond; readonly node: Node } | null {
  const node = map.get('growth')
  if (node === undefined) return null
  const known = new Map<string, Quantity>(design.assume)
  const rate = rateField().read(node, { out: createCollector(), scope: scopeOf(known) })
  return rate === undefined ? null : { rate, node }
}

/** Messages that are kept for a while: as many as come within that time. */
function keptLines(making: Making, component: string, holding: Holding, topics: readonly Topic[]): readonly Stored[] {
  const { subject } = making
  const id = `${component}.${holding.part}`
  const topic = topics.find((one_) => one_.component === component && one_.part === holding.part)
  if (topic === undefined || topic.bytes.mean.value === 0) return []
  line(making, id, 'day', 'new bytes a day', product(topic.bytes.mean, day))
  if (holding.keep === null) return []
  const keep = setting(subject, component, holding.keep, 'seconds')
  const kept = line(making, id, 'kept', 'bytes kept', product(topic.bytes.mean, keep))
  const copies = copiesOf(subject, component, holding)
  const stored = line(making, id, 'stored.kept', 'bytes kept, with all copies', product(kept, copies))
  return [{ component, holding, things: product(topic.messages.mean, keep), first: stored }]
}
