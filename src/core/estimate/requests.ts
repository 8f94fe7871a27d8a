import type { Flow } from '../design/design.ts'
import { type Expression, one, product, quotient, sum, term, zero } from './expression.ts'
import type { Input, Origin, Section } from './line.ts'
import { loadLines, putRate, type Rate } from './load.ts'
import { put, type Sheet } from './sheet.ts'
import { holdingAt, setting, type Subject } from './subject.ts'
import { type Hits, type Site, sitesOf } from './traffic.ts'

/** A site with how often its flow starts. */
export interface Asked extends Site {
  readonly rate: Rate
}

/** Messages of one topic, queue or outbox. */
export interface Topic {
  readonly component: string
  readonly part: string
  readonly messages: Rate
  readonly bytes: Rate
}

export interface Traffic {
  readonly asked: readonly Asked[]
  readonly topics: readonly Topic[]
  /** Starts of each flow; of one that takes messages: batches. */
  readonly starts: ReadonlyMap<string, Rate>
  /** Messages of a flow that takes some. */
  readonly taken: ReadonlyMap<string, Rate>
}

export const rateOf = (times: Rate, each: Expression): Rate => ({
  peak: product(times.peak, each),
  mean: product(times.mean, each),
})

export const addedUp = (rates: readonly Rate[]): Rate => ({
  peak: sum(...rates.map(({ peak }) => peak)),
  mean: sum(...rates.map(({ mean }) => mean)),
})

/** How often everything is asked, from who starts what to the last message that is taken. */
export function trafficLines(subject: Subject, sheet: Sheet): Traffic {
  const starts = new Map(loadLines(subject, sheet))
  const hits = hitLines(subject, sheet)
  const sites = new Map(
    [...subject.design.flows.values()].map((flow) => [
      flow.id,
      sitesOf({ subject, hits, items: itemsOf(subject, flow) }, flow),
    ]),
  )
  const state: State = { subject, sheet, starts, sites, topics: new Map(), taken: new Map() }
  takeMessages(state)
  const asked = [...sites].flatMap(([flow, own]) => {
    const rate = starts.get(flow)
    return rate === undefined ? [] : own.map((site): Asked => ({ ...site, rate }))
  })
  for (const { component, part } of publishedTo(state)) topicOf(state, component, part)
  heartbeatLines(subject, sheet)
  requestLines(sheet, asked)
  return { asked, topics: [...state.topics.values()], starts, taken: state.taken }
}

/** Signs of life of connected clients are played beside the flows of the design. */
function heartbeatLines({ model, offered }: Subject, sheet: Sheet): void {
  for (const source of model.sources) {
    const index = model.flows.findIndex(({ id }) => id === source.id)
    const rate = offered.flows[index]?.rate ?? 0
    if (index < 0 || rate === 0) continue
    const all = solved('connected clients / time between two', rate, 'per-second', 'heartbeats of the gateway')
    putRate(sheet, source.id.replaceAll(' ', '.'), { peak: all, mean: all })
  }
}

interface State {
  readonly subject: Subject
  readonly sheet: Sheet
  readonly starts: Map<string, Rate>
  readonly taken: Map<string, Rate>
  readonly sites: ReadonlyMap<string, readonly Site[]>
  readonly topics: Map<string, Topic>
}

/** Flows that take messages, each after those that publish them. */
function takeMessages(state: State): void {
  const { subject, starts } = state
  let waiting = [...subject.design.flows.values()].filter(({ trigger }) => trigger.kind === 'consume')
  while (waiting.length > 0) {
    const ready = waiting.filter((flow) => producersOf(state, flow).every((id) => !isWaiting(waiting, id)))
    // In a ring of flows somebody has to begin: with what the engine finds.
    const [first] = waiting
    const isRing = ready.length === 0
    for (const flow of isRing && first !== undefined ? [first] : ready) {
      const rate = isRing ? solvedRate(state, flow) : takenBy(state, flow)
      if (rate !== null) starts.set(flow.id, batchesOf(state, flow, rate))
    }
    waiting = waiting.filter((flow) => (isRing ? flow !== first : !ready.includes(flow)))
  }
}

const isWaiting = (waiting: readonly Flow[], id: string): boolean => waiting.some((flow) => flow.id === id)

interface At {
  readonly component: string
  readonly part: string | null
}

/** A table that serves as an outbox gets a message with every row that is written. */
const isFor = (state: State, site: Site, { component, part }: At): boolean =>
  site.to === component &&
  (site.verb === 'publish' || site.verb === 'write') &&
  (part === null ? (holdingAt(state.subject, component, null)?.part ?? null) : part) === site.part

function producersOf(state: State, { trigger }: Flow): readonly string[] {
  if (trigger.kind !== 'consume') return []
  return [...state.sites].filter(([, own]) => own.some((site) => isFor(state, site, trigger.target))).map(([id]) => id)
}

function takenBy(state: State, flow: Flow): Rate | null {
  if (flow.trigger.kind !== 'consume') return null
  const { component, part } = flow.trigger.target
  const { messages } = topicOf(state, component, part)
  const sharing = sharedBy(state, component, part)
  if (sharing === 1) return messages
  const by = term({
    ...plain('flows that share the queue', sharing),
    from: { kind: 'taken', source: 'each message goes to one of them' },
  })
  return { peak: quotient(messages.peak, by), mean: quotient(messages.mean, by) }
}

const plain = (name: string, value: number): Omit<Input, 'from'> => ({ name, value, unit: 'count' })

/** Of a queue each message goes to one of its consumers, of a topic to all. */
function sharedBy({ subject }: State, component: string, part: string | null): number {
  const { design, model } = subject
  const isShared = model.resources.some(
    (resource) => resource.kind === 'log' && resource.isShared && model.groups[resource.group]?.component === component,
  )
  if (!isShared) return 1
  return [...design.flows.values()].filter(
    ({ trigger }) =>
      trigger.kind === 'consume' && trigger.target.component === component && trigger.target.part === part,
  ).length
}

const solved = (name: string, value: number, unit: Input['unit'], how: string): Expression => {
  const from: Origin = { kind: 'solved', how }
  return term({ name, value, unit, from })
}

function solvedRate({ subject }: State, flow: Flow): Rate {
  const value = subject.offered.flows[flowIndex(subject, flow.id)]?.rate ?? 0
  const rate = solved(`messages of ${flow.id}`, value, 'per-second', 'steady state of flows that feed one another')
  return { peak: rate, mean: rate }
}

const flowIndex = ({ model }: Subject, flow: string): number => model.flows.findIndex(({ id }) => id === flow)

function itemsOf(subject: Subject, flow: Flow): Expression {
  if (flow.trigger.kind !== 'consume' || flow.trigger.batchMax === 1) return one
  const value = subject.offered.flows[flowIndex(subject, flow.id)]?.items ?? 1
  const how = 'batches fill at the rate of the messages, up to their size and wait'
  return solved(`messages of a batch of ${flow.id}`, value, 'count', how)
}

/** What a flow takes, and how often it starts for that. */
function batchesOf(state: State, flow: Flow, messages: Rate): Rate {
  const { sheet, subject } = state
  const rate = putRate(sheet, flow.id, messages, 'messages')
  state.taken.set(flow.id, rate)
  const items = itemsOf(subject, flow)
  if (items === one) return rate
  const line = (figure: 'peak' | 'mean', name: string): Expression =>
    put(
      sheet,
      {
        id: `load.${flow.id}.batches.${figure}`,
        section: 'load',
        subject: flow.id,
        name,
        called: `batches of ${flow.id}${figure === 'peak' ? ' at the peak' : ''}`,
        unit: 'per-second',
      },
      quotient(rate[figure], items),
    )
  return { peak: line('peak', 'batches a second at the peak'), mean: line('mean', 'batches a second on average') }
}

function publishedTo(state: State): readonly { readonly component: string; readonly part: string | null }[] {
  return [...state.sites.values()].flatMap((own) =>
    own.filter(({ verb }) => verb === 'publish').map(({ to, part }) => ({ component: to, part })),
  )
}

function topicOf(state: State, component: string, named: string | null): Topic {
  const { subject, sheet, starts, topics } = state
  const part = named ?? holdingAt(subject, component, null)?.part ?? ''
  const id = part === '' ? component : `${component}.${part}`
  const known = topics.get(id)
  if (known !== undefined) return known
  const sources = [...state.sites.values()].flatMap((own) =>
    own.flatMap((site) => {
      const rate = starts.get(site.flow)
      return rate !== undefined && isFor(state, site, { component, part: part === '' ? null : part })
        ? [{ site, rate }]
        : []
    }),
  )
  const line = (figure: string, name: string, unit: Input['unit'], value: Expression): Expression =>
    put(
      sheet,
      {
        id: `messages.${id}.${figure}`,
        section: 'messages',
        subject: id,
        name,
        unit,
        called: `${name.replace(' a second', '')} of ${id}`,
      },
      value,
    )
  const all = addedUp(sources.map(({ site, rate }) => rateOf(rate, site.things)))
  const bytes = addedUp(sources.map(({ site, rate }) => rateOf(rate, site.send)))
  const topic: Topic = {
    component,
    part,
    messages: {
      peak: line('peak', 'messages a second at the peak', 'per-second', all.peak),
      mean: line('mean', 'messages a second on average', 'per-second', all.mean),
    },
    bytes: {
      peak: line('bytes.peak', 'bytes a second at the peak', 'bytes-per-second', bytes.peak),
      mean: line('bytes.mean', 'bytes a second on average', 'bytes-per-second', bytes.mean),
    },
  }
  topics.set(id, topic)
  return topic
}

const hitNames = { hit: 'lookups that hit', fetch: 'lookups that go on to what is behind' } as const

/** Hit ratios, each once, when a flow first asks the cache. */
function hitLines(subject: Subject, sheet: Sheet): (component: string, part: string | null) => Hits {
  const known = new Map<string, Hits>()
  return (component, named) => {
    const part = named ?? holdingAt(subject, component, null)?.part ?? ''
    const id = `${component}.${part}`
    const before = known.get(id)
    if (before !== undefined) return before
    const hits = hitsOf(subject, sheet, component, part)
    known.set(id, hits)
    return hits
  }
}

function hitsOf(subject: Subject, sheet: Sheet, component: string, part: string): Hits {
  const { model, offered } = subject
  const holding = holdingAt(subject, component, part)
  if (holding?.isHome === true) return { hit: one, fetch: zero }
  const index = model.resources.findIndex(
    ({ kind, id, group }) =>
      kind === 'cache' && id === `${component}.${part}` && model.groups[group]?.component === component,
  )
  const cache = model.resources[index]
  const { hitRatio = 0, fetchRatio = 1 } = offered.caches.get(index) ?? {}
  const isForced = cache?.kind === 'cache' && cache.forcedHitRatio !== null
  const how = isForced ? 'as `hit` says' : 'from popularity, room and time to live (Che’s approximation), at the peak'
  const law = holding === undefined ? [] : [holding.count, holding.popularity].filter((one) => one !== null)
  const inputs = law.map((each) => setting(subject, component, each, 'count').inputs).flat()
  const line = (figure: 'hit' | 'fetch', value: number): Expression => {
    const section: Section = 'memory'
    const name = hitNames[figure]
    const expression = solved('share of lookups', value, 'ratio', how)
    const called = `${figure === 'hit' ? 'hits' : 'misses'} of ${component}.${part}`
    const heading = {
      id: `memory.${component}.${part}.${figure}`,
      section,
      subject: `${component}.${part}`,
      name,
      called,
    }
    return put(sheet, { ...heading, unit: 'ratio' }, { ...expression, inputs: [...expression.inputs, ...inputs] })
  }
  return { hit: line('hit', hitRatio), fetch: line('fetch', fetchRatio) }
}

const verbs: Readonly<Record<Site['verb'], string>> = {
  call: 'calls',
  get: 'lookups',
  put: 'puts',
  fill: 'fills after misses',
  read: 'reads',
  write: 'written rows',
  publish: 'messages',
  push: 'pushes',
}

/** `requests.db.links.read.peak`: what comes to every component, by what is asked. */
function requestLines(sheet: Sheet, asked: readonly Asked[]): void {
  const groups = new Map<string, Asked[]>()
  for (const site of asked) {
    // Messages have lines of their own.
    if (site.verb === 'publish') continue
    const key = `${site.to}${site.part === null ? '' : `.${site.part}`}.${site.verb}`
    groups.set(key, [...(groups.get(key) ?? []), site])
  }
  for (const [key, sites] of groups) {
    const [first] = sites
    if (first === undefined) continue
    const subject = key.slice(0, key.length - first.verb.length - 1)
    const all = addedUp(sites.map((site) => rateOf(site.rate, site.things)))
    for (const [figure, words] of [
      ['peak', 'a second at the peak'],
      ['mean', 'a second on average'],
    ] as const) {
      const name = `${verbs[first.verb]} ${words}`
      const heading = { id: `requests.${key}.${figure}`, section: 'requests' as const, subject, name }
      put(sheet, { ...heading, unit: 'per-second' }, all[figure])
    }
  }
}
