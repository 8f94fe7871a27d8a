import type { Component } from '../design/design.ts'
import { addIops, type DiskFigures } from './iops.ts'
import type { Flowing } from './bandwidth.ts'
import { type Expression, most, product, quotient, roundedUp, sum, term, zero } from './expression.ts'
import { machineHas } from './machine.ts'
import type { Hot } from './memory.ts'
import type { Traffic } from './requests.ts'
import { put, type Sheet } from './sheet.ts'
import type { Stored } from './storage.ts'
import { setting, type Subject } from './subject.ts'

export const dimensions = ['cpu', 'memory', 'disk', 'iops', 'throughput', 'network'] as const
export type Dimension = (typeof dimensions)[number]

const words: Readonly<Record<Dimension, string>> = {
  cpu: 'processors',
  memory: 'memory',
  disk: 'disk space',
  iops: 'IOPS',
  throughput: 'disk bytes a second',
  network: 'network',
}

/** What a component, or the whole design, needs more of than one machine has, the worst first. */
export interface Shortage {
  readonly subject: string
  readonly dimension: Dimension
  /** In machines. */
  readonly times: number
  readonly line: string
}

interface Needs {
  readonly traffic: Traffic
  readonly flowing: ReadonlyMap<string, Flowing>
  readonly stored: readonly Stored[]
  readonly hot: readonly Hot[]
  /** Memory of clients that stay connected. */
  readonly connected: ReadonlyMap<string, Expression>
}

/** How many of the standard machine every component needs, resource by resource, and what one of them lacks first. */
export function machineLines(subject: Subject, sheet: Sheet, needs: Needs): readonly Shortage[] {
  const disks = addIops(subject, sheet, needs.traffic)
  const totals = new Map<Dimension, Expression[]>()
  const shortages: Shortage[] = []
  const machines: Expression[] = []
  for (const component of subject.design.components.values()) {
    const wanted = wantedBy(subject, sheet, component, { ...needs, disks })
    const parts = dimensions.flatMap((dimension) => {
      const need = wanted[dimension]
      if (need === undefined || need.value <= 0) return []
      totals.set(dimension, [...(totals.get(dimension) ?? []), need])
      const id = `machines.${component.id}.${dimension}`
      const times = quotient(need, machineHas(subject.machine, dimension))
      const heading = { section: 'machines' as const, subject: component.id, unit: 'count' as const }
      const made = put(sheet, { ...heading, id, name: `for its ${words[dimension]}` }, roundedUp(times))
      shortages.push({ subject: component.id, dimension, times: times.value, line: id })
      return [made]
    })
    if (parts.length === 0) continue
    const heading = { section: 'machines' as const, subject: component.id, unit: 'count' as const }
    const name = 'machines, each resource used in full'
    machines.push(put(sheet, { ...heading, id: `machines.${component.id}`, name }, most(parts)))
    allInMemory(subject, sheet, component.id, needs)
  }
  const all = { id: 'machines.all', section: 'machines' as const, subject: WHOLE, unit: 'count' as const }
  if (machines.length > 0) put(sheet, { ...all, name: 'machines, component by component' }, sum(...machines))
  return [...totalLines(subject, sheet, totals), ...shortages].filter(({ times }) => times > 1).sort(byTimes)
}

const byTimes = (a: Shortage, b: Shortage): number =>
  Number(b.subject === WHOLE) - Number(a.subject === WHOLE) || b.times - a.times

const WHOLE = 'the whole design'

function totalLines(
  subject: Subject,
  sheet: Sheet,
  totals: ReadonlyMap<Dimension, readonly Expression[]>,
): readonly Shortage[] {
  return dimensions.flatMap((dimension) => {
    const parts = totals.get(dimension)
    if (parts === undefined) return []
    const id = `machines.all.${dimension}`
    const times = quotient(sum(...parts), machineHas(subject.machine, dimension))
    const name = `× the ${words[dimension]} of one machine`
    put(sheet, { id, section: 'machines', subject: WHOLE, name, unit: 'count' }, times)
    return [{ subject: WHOLE, dimension, times: times.value, line: id }]
  })
}

type Wanted = { readonly [D in Dimension]?: Expression }

function wantedBy(
  subject: Subject,
  sheet: Sheet,
  component: Component,
  { flowing, stored, hot, disks, connected }: Needs & { readonly disks: ReadonlyMap<string, DiskFigures> },
): Wanted {
  const { id } = component
  const holdings = subject.holdings.get(id) ?? []
  const cpu = processorsOf(subject, sheet, id)
  const isOnMachines = cpu !== null || holdings.some(({ on }) => on !== 'service')
  if (!isOnMachines) return {}
  const inMemory = hot.filter((one) => one.component === id)
  const copies = holdings[0]?.copies
  const times =
    copies === undefined || copies.value === 1
      ? []
      : [setting(subject, id, { ...copies, name: `copies of ${id}` }, 'count')]
  const isCache = holdings.some(({ on, things }) => on === 'memory' && things === 'entries')
  // What fits into the memory of one machine is read from there; of the rest the hot part should be.
  const all = sum(...inMemory.map((one) => one.all))
  const isFitting = all.value <= subject.machine.memory
  const memory = sum(
    isCache || isFitting ? all : sum(...inMemory.map(({ hot: part }) => part ?? zero)),
    connected.get(id) ?? zero,
  )
  const space = stored.filter((one) => one.component === id && one.holding.on === 'disk')
  const flow = flowing.get(id)
  // Copies and logs cost more.
  const isOnDisk = holdings.some(({ on }) => on === 'disk')
  const isRead = !isFitting || inMemory.length === 0
  return {
    ...(cpu === null ? {} : { cpu }),
    memory: memory === zero ? zero : product(memory, ...times),
    disk: sum(...space.map((one) => one.first)),
    iops: (isFitting ? disks.get(id)?.writes : disks.get(id)?.asked) ?? zero,
    throughput: flow === undefined || !isOnDisk ? zero : isRead ? sum(flow.in, flow.out) : flow.in,
    network: flow === undefined ? zero : most([flow.in, flow.out]),
  }
}

/** Processors at work at the peak: what all steps there take, a second. */
function processorsOf({ design, model, offered }: Subject, sheet: Sheet, component: string): Expression | null {
  const own = model.resources.flatMap((resource, index) => {
    const isOwn = model.groups[resource.group]?.component === component
    return isOwn && resource.kind === 'station' && resource.label === 'cpu' ? [offered.busy.get(index) ?? 0] : []
  })
  if (own.length === 0) return null
  const value = own.reduce((total, busy) => total + busy, 0)
  if (value === 0)
    sheet.gaps.push({
      section: 'machines',
      subject: component,
      missing: 'what its work takes',
      write: '- work: 2 ms',
      where: 'among the steps of its calls',
      at: design.components.get(component)?.span ?? null,
    })
  const how = 'times of `work` and of the kind’s own statements × how often they run'
  const busy = term({ name: 'processor seconds a second', value, unit: 'count', from: { kind: 'solved', how } })
  const heading = { id: `machines.${component}.cpu.busy`, section: 'machines' as const, subject: component }
  return put(sheet, { ...heading, name: 'processors at work at the peak', unit: 'count' }, busy)
}

/** What it would take to have all of a store in memory. */
function allInMemory(subject: Subject, sheet: Sheet, component: string, { hot }: Needs): void {
  const isDisk = (subject.holdings.get(component) ?? []).some(({ on }) => on === 'disk')
  const own = hot.filter((one) => one.component === component)
  if (!isDisk || own.length === 0) return
  const bytes = sum(...own.map(({ all }) => all))
  const heading = { id: `machines.${component}.all-in-memory`, section: 'machines' as const, subject: component }
  const name = 'to have all of it once in memory'
  put(sheet, { ...heading, name, unit: 'count' }, roundedUp(quotient(bytes, machineHas(subject.machine, 'memory'))))
}
