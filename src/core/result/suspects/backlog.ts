import type { Consumer } from '../../model/model.ts'
import type { Log } from '../../model/resource.ts'
import { follow, fullest, nameOf } from '../chain.ts'
import type { Evidence } from '../evidence.ts'
import { digits, roughly, seconds } from '../format.ts'
import { nobody, others, type Suspect, type Trail } from './define.ts'

/**
 * Messages that wait in a log: because one partition gets most of them, because what their handlers wait for is full or
 * slow, because there are fewer partitions than handlers, or because there are too few handlers.
 */
export function backlog({ evidence, root }: Trail): Suspect | null {
  const { model, flows, tail } = evidence
  const consumer = model.consumers.find(({ flow }) => flows.includes(flow))
  const log = model.resources[consumer?.log ?? -1]
  if (consumer === undefined || log?.kind !== 'log') return null
  const waited = 1 - tail.reduce((sum, part) => sum + part.share, 0)
  const stored = evidence.logs.get(consumer.log)
  if (waited < 0.5) return null
  const isGrowing = stored !== undefined && stored.lagAtEnd > 1.1 * stored.lagMean
  const head = { ...root, share: waited, since: null, agree: (waited >= 0.65 ? 2 : 1) + (isGrowing ? 1 : 0) }
  const lanes = lanesOf(consumer, log, evidence)
  return (
    hotPartition(head, { consumer, log, evidence }) ??
    fullBehind(head, evidence) ??
    fewPartitions(head, { consumer, log, evidence, lanes }) ??
    slowCallee(head, { consumer, evidence, lanes }) ??
    fewHandlers(head, { consumer, evidence, lanes })
  )
}

/** Batches that can be worked on at once, by partitions and by handlers. */
function lanesOf({ group, atOnce }: Consumer, { isShared, partitions }: Log, { model }: Evidence) {
  const at = model.groups[group]
  const handlers = (at?.shards ?? 1) * (at?.perShard ?? 1) * atOnce
  return { handlers, partitions: isShared ? Infinity : partitions }
}

type Lanes = ReturnType<typeof lanesOf>

interface Place {
  readonly consumer: Consumer
  readonly log: Log
  readonly evidence: Evidence
}

const componentOf = ({ model }: Evidence, group: number): string => model.groups[group]?.component ?? ''

/** Consumers that have messages are unequally busy although their partitions are as many, and keys decide. */
function hotPartition(head: Suspect, { consumer, log, evidence }: Place): Suspect | null {
  const domain = evidence.model.keyDomains[log.keyDomain ?? -1]
  if (log.isShared || domain === undefined || domain.exponent === 0) return null
  const station = [...evidence.loads.values()].find(
    ({ resource }) => resource.kind === 'station' && resource.group === consumer.group,
  )
  const copies = (station?.copies ?? []).filter((busy) => busy > 0)
  const most = Math.max(0, ...copies)
  const mean = copies.reduce((sum, busy) => sum + busy, 0) / Math.max(1, copies.length)
  if (copies.length < 2 || most < 1.5 * mean) return null
  const times = digits(most / mean)
  const note = `one hot partition of ${log.partitions}: its consumer is ${times} times as busy as the others are on average`
  const component = componentOf(evidence, log.group)
  return { ...head, component, reason: 'hot-shard', victims: [], note }
}

/** Handlers wait for something that is full. */
function fullBehind(head: Suspect, evidence: Evidence): Suspect | null {
  const full = fullest(evidence)
  const at = full && (follow(full, evidence).at(-1) ?? full)
  if (at) {
    const component = nameOf(at, evidence)
    const reason = at.resource.kind === 'pool' ? 'pool' : 'saturation'
    return { ...head, component, reason, load: at, since: at.since, victims: [], note: 'handlers of messages' }
  }
  return queueing(head, evidence)
}

/** Handlers spend most of their time in the queues of one component, though it is not full on average. */
function queueing(head: Suspect, evidence: Evidence): Suspect | null {
  const [top] = byComponent(evidence)
  const [longest] = byTime(evidence).filter((part) => part.component === top?.component && part.resource !== null)
  const load = evidence.loads.get(longest?.resource ?? -1)
  if (!top || !load || top.wait < top.serve || top.wait < 0.5 * wholeTime(evidence)) return null
  return {
    ...head,
    component: nameOf(load, evidence),
    reason: 'queue',
    load,
    victims: [],
    note: 'handlers of messages',
  }
}

function fewPartitions(head: Suspect, { log, evidence, lanes }: Place & { readonly lanes: Lanes }): Suspect | null {
  if (lanes.partitions >= lanes.handlers) return null
  const component = componentOf(evidence, log.group)
  const { partitions, handlers } = lanes
  const note = `its partitions keep at most ${partitions} of ${handlers} handlers busy`
  return { ...head, component, reason: 'queue', load: null, victims: [], note }
}

type Handling = Omit<Place, 'log'> & { readonly lanes: Lanes }

/** Handlers do little themselves: somebody else takes the time. */
function slowCallee(head: Suspect, { consumer, evidence, lanes }: Handling): Suspect | null {
  const [top] = byComponent(evidence)
  const own = componentOf(evidence, consumer.group)
  if (!top || top.component === own || top.wait + top.serve < 0.6 * wholeTime(evidence)) return null
  const share = roughly((top.wait + top.serve) / wholeTime(evidence))
  const time = seconds(top.wait + top.serve)
  const note = `the ${lanes.handlers} handlers of \`${own}\` spend ${share} of their time on it (${time} a message)`
  const victims = others([own], top.component)
  return { ...head, component: top.component, reason: 'dependency', load: null, victims, note }
}

function fewHandlers(head: Suspect, { consumer, evidence, lanes }: Handling): Suspect {
  const who = lanes.handlers === 1 ? 'its one handler is' : `its ${lanes.handlers} handlers are`
  const note = `${who} busy all the time, ${seconds(wholeTime(evidence))} with each message`
  const component = componentOf(evidence, consumer.group)
  return { ...nobody, ...head, component, reason: 'saturation', load: null, victims: [], note }
}

interface Time {
  readonly component: string
  readonly wait: number
  readonly serve: number
}

/** The same, all resources of a component together. */
function byComponent({ tail }: Evidence): readonly Time[] {
  const times = new Map<string, Time>()
  for (const { component, wait, serve } of tail) {
    const known = times.get(component)
    times.set(component, { component, wait: wait + (known?.wait ?? 0), serve: serve + (known?.serve ?? 0) })
  }
  return [...times.values()].sort((a, b) => b.wait + b.serve - a.wait - a.serve)
}

const byTime = ({ tail }: Evidence) => [...tail].sort((a, b) => b.wait + b.serve - a.wait - a.serve)

/** Of a message in its handler, on average. */
const wholeTime = ({ tail }: Evidence): number => tail.reduce((sum, part) => sum + part.wait + part.serve, 0)
