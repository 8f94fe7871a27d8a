import type { Bytes } from '../base/units.ts'
import { type Expression, product, sum, zero } from './expression.ts'
import { day, type Rate } from './load.ts'
import { type Asked, addedUp, rateOf, type Traffic } from './requests.ts'
import { put, type Sheet } from './sheet.ts'
import type { Subject } from './subject.ts'

/** Bytes a second at the peak that a component gets and gives. */
export interface Flowing {
  readonly in: Expression
  readonly out: Expression
}

interface Leg {
  readonly from: string
  readonly to: string
  readonly bytes: Rate
}

/** Payload as it is written: between clients and the design, between components, and at each component. */
export function bandwidthLines(subject: Subject, sheet: Sheet, traffic: Traffic): ReadonlyMap<string, Flowing> {
  edgeLines(subject, sheet, traffic.asked)
  const legs = [...legsOf(traffic.asked), ...takenLegs(subject, traffic)]
  linkLines(subject, sheet, legs)
  return componentLines(subject, sheet, legs)
}

const legsOf = (asked: readonly Asked[]): readonly Leg[] =>
  asked.flatMap(({ from, to, rate, send, receive }) => [
    { from, to, bytes: rateOf(rate, send) },
    { from: to, to: from, bytes: rateOf(rate, receive) },
  ])

/** Consumers fetch what they take. */
function takenLegs({ design }: Subject, { topics, taken }: Traffic): readonly Leg[] {
  return [...design.flows.values()].flatMap(({ id, trigger }): readonly Leg[] => {
    if (trigger.kind !== 'consume' || trigger.by === trigger.target.component) return []
    const { component, part } = trigger.target
    const topic = topics.find((one) => one.component === component && (part === null || one.part === part))
    const messages = taken.get(id)
    if (topic === undefined || messages === undefined) return []
    const share = topic.messages.peak.value > 0 ? messages.peak.value / topic.messages.peak.value : 0
    // One of several flows that share a queue takes its part of the bytes.
    const bytes = share > 0.999 ? topic.bytes : shared(topic.bytes, share)
    return [{ from: component, to: trigger.by, bytes }]
  })
}

const shared = ({ peak, mean }: Rate, share: number): Rate => {
  const part = {
    value: share,
    text: 'share of the messages',
    binds: 'name' as const,
    isRounded: false,
    inputs: [
      {
        name: 'share of the messages',
        value: share,
        unit: 'ratio' as const,
        from: { kind: 'taken' as const, source: 'flows that share a queue take alike' },
      },
    ],
  }
  return { peak: product(peak, part), mean: product(mean, part) }
}

const heading = (id: string, about: string, name: string) => ({
  id: `bandwidth.${id}`,
  section: 'bandwidth' as const,
  subject: about,
  name,
  unit: 'bytes-per-second' as const,
})

/** In and out as the design sees it. */
function edgeLines({ design }: Subject, sheet: Sheet, asked: readonly Asked[]): void {
  // What nobody says is no number.
  const edge = (id: string, way: 'in' | 'out', { peak, mean }: Rate): Rate => {
    if (peak.value === 0) return { peak: zero, mean: zero }
    const about = id === 'all' ? 'all flows' : id
    // A component may have the name of a flow.
    const line = id === 'all' ? `all.${way}` : `edge.${id}.${way}`
    return { peak: put(sheet, heading(line, about, `${way} at the peak`), peak), mean }
  }
  const ins: Rate[] = []
  const outs: Rate[] = []
  for (const flow of design.flows.values()) {
    const own = asked.filter((site) => site.flow === flow.id && site.isFromActor)
    if (own.length === 0) continue
    const into = addedUp(own.map(({ rate, send }) => rateOf(rate, send)))
    const out = addedUp(own.map(({ rate, receive }) => rateOf(rate, receive)))
    ins.push(edge(flow.id, 'in', into))
    outs.push(edge(flow.id, 'out', out))
    const [first] = own
    if (first?.verb !== 'call') continue
    const { at } = first
    const gap = (missing: string, write: string, where: string) =>
      sheet.gaps.push({ section: 'bandwidth', subject: flow.id, missing, write, where, at })
    if (into.peak.value === 0) gap('how large a request is', 'send: 1 KB', 'beside its first `call`')
    if (out.peak.value === 0) gap('how large an answer is', '- reply: 20 KB', 'as the last step of its first `call`')
  }
  edge('all', 'in', addedUp(ins))
  const out = addedUp(outs)
  edge('all', 'out', out)
  if (out.mean.value === 0) return
  put(sheet, { ...heading('all.out.day', 'all flows', 'out a day'), unit: 'bytes' }, product(out.mean, day))
}

function linkLines({ design }: Subject, sheet: Sheet, legs: readonly Leg[]): void {
  const links = new Map<string, Leg[]>()
  for (const leg of legs) {
    if (!design.components.has(leg.from) || !design.components.has(leg.to)) continue
    const key = `${leg.from}.to.${leg.to}`
    links.set(key, [...(links.get(key) ?? []), leg])
  }
  for (const [key, own] of links) {
    const [first] = own
    const { peak } = addedUp(own.map(({ bytes }) => bytes))
    if (first === undefined || peak.value === 0) continue
    put(sheet, heading(key, `${first.from} → ${first.to}`, 'at the peak'), peak)
  }
}

function componentLines({ design }: Subject, sheet: Sheet, legs: readonly Leg[]): ReadonlyMap<string, Flowing> {
  const found = new Map<string, Flowing>()
  for (const id of design.components.keys()) {
    const into = addedUp(legs.filter(({ to }) => to === id).map(({ bytes }) => bytes)).peak
    const out = addedUp(legs.filter(({ from }) => from === id).map(({ bytes }) => bytes)).peak
    const total: Bytes = into.value + out.value
    if (total === 0) {
      found.set(id, { in: zero, out: zero })
      continue
    }
    const flowing = {
      in: put(sheet, heading(`${id}.in`, id, 'in at the peak'), into),
      out: put(sheet, heading(`${id}.out`, id, 'out at the peak'), out),
    }
    put(sheet, heading(`${id}.both`, id, 'in and out at the peak'), sum(flowing.in, flowing.out))
    found.set(id, flowing)
  }
  return found
}
