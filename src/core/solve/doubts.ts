import type { Ratio } from '../base/units.ts'
import { type Accuracy, type Doubt, exact, type Method, type StepMethod } from '../result/solution.ts'
import { worse } from './balanced.ts'
import type { Booking } from './bookings.ts'
import { herdedStations, herds, lookupError, lookupTimes } from './cache-doubts.ts'
import { heldWait, outcomeOf } from './evaluate.ts'
import { type FlowAnswer, isSameAnswer } from './flow-answer.ts'
import { keptOf, type Lasting, type Node, nodesByFlow } from './network.ts'
import { failing } from './outcome.ts'
import { rateErrors, resourceAccuracy } from './resource-accuracy.ts'
import { stepMethod, turnedAwayAgain } from './step-doubts.ts'
import type { Steady } from './steady.ts'

/** How sure the answer is, and where it is not. */
export interface Doubts {
  readonly flows: readonly Accuracy[]
  readonly resources: readonly Accuracy[]
  readonly doubts: readonly Doubt[]
  readonly steps: readonly StepMethod[]
}

type Unsure = Exclude<Method, { kind: 'exact' }>

/** Sums up, for each flow, how far off each time it is made of may be, by its share of the whole. */
export function doubtsOf(steady: Steady, answers: readonly FlowAnswer[]): Doubts {
  const places = { nodes: nodesByFlow(steady.network), herded: herdedStations(steady) }
  const judged = answers.map((answer, flow) => judgedFlow(steady, answer, { flow, ...places }))
  const flows = judged.map(({ accuracy }) => accuracy)
  const found = new Map<string, { method: Unsure; at: string; component: string; flows: Set<number> }>()
  for (const [flow, { notes }] of judged.entries())
    for (const { method, point } of notes) {
      const where = pointAt(point, steady) ?? wholeFlow(steady, flow)
      const key = `${where.at} ${method.kind === 'approximate' ? method.name : method.reason}`
      const known = found.get(key) ?? { method, ...where, flows: new Set<number>() }
      known.flows.add(flow)
      found.set(key, known)
    }
  const doubts = [...found.values()].map((one) => ({ ...one, flows: [...one.flows] }))
  const known = { rates: rateErrors(steady, flows), methodOf: (node: Node) => methodOf(node, steady) }
  const resources = steady.network.model.resources.map((_, i) => resourceAccuracy(steady, i, known))
  return { flows, resources, doubts, steps: stepsOf(steady, judged) }
}

/** What was found of one flow. Points rather than their names: those of another model of this structure differ. */
interface Judged {
  readonly accuracy: Accuracy
  readonly notes: readonly { readonly method: Unsure; readonly point: number }[]
  readonly steps: readonly { readonly method: Method; readonly point: number }[]
}

/** Also what that was made of: it stays while nothing of it moves. */
interface Kept extends Judged {
  readonly version: number
  readonly answer: FlowAnswer
}

const kept: Lasting<Kept> = new WeakMap()

function judgedFlow(steady: Steady, answer: FlowAnswer, where: Omit<Within, 'note'>): Judged {
  const { network, state, isConverged } = steady
  const { flow, herded } = where
  const version = network.versions[flow] ?? 0
  const known = keptOf(kept, network).get(flow)
  // What closed users and consumers meet is not told by the version of a flow alone.
  const isOwn = isConverged && herded.size === 0 && state.closedBy.size === 0 && network.model.consumers.length === 0
  if (isOwn && known?.version === version && isSameAnswer(known.answer, answer)) return known
  const notes: { method: Unsure; point: number }[] = []
  const note: Note = (method, point) => {
    if (method.kind !== 'exact') notes.push({ method, point })
  }
  const accuracy = accuracyOf(steady, answer, { ...where, note })
  const steps = (where.nodes.get(flow) ?? []).flatMap((node) => {
    const point = pointOf(node.step)
    if (!(node.rate > 0) || point === WHOLE) return []
    return [{ method: worse(methodOf(node, steady), stepMethod(node, steady)), point }]
  })
  const made = { accuracy, notes, steps, version, answer }
  if (isOwn) keptOf(kept, network).set(flow, made)
  return made
}

/** How each step was solved, the exact ones too; what hardly takes any time as well. */
function stepsOf(steady: Steady, judged: readonly Judged[]): readonly StepMethod[] {
  const all: { -readonly [K in keyof StepMethod]: StepMethod[K] }[] = []
  const found = new Map<string, Map<string, (typeof all)[number]>>()
  for (const [flow, { steps }] of judged.entries())
    for (const { method, point } of steps) {
      const place = pointAt(point, steady) ?? wholeFlow(steady, flow)
      const there = found.get(place.component) ?? new Map<string, (typeof all)[number]>()
      if (there.size === 0) found.set(place.component, there)
      const known = there.get(place.at)
      if (known !== undefined) known.method = worse(known.method, method)
      else {
        const one = { ...place, method }
        there.set(place.at, one)
        all.push(one)
      }
    }
  return all
}

interface Within {
  readonly flow: number
  readonly note: Note
  readonly nodes: ReadonlyMap<number, readonly Node[]>
  readonly herded: ReadonlySet<number>
}

/** Of a point of the model, or {@link WHOLE}. */
type Note = (method: Method, point: number) => void

/** The flow as a whole, in place of a point of it. */
const WHOLE = -1

function accuracyOf(steady: Steady, answer: FlowAnswer, within: Within): Accuracy {
  const { law, bookings, failures } = answer
  const { note } = within
  const unsure = { mean: null, tail: null, share: null }
  if (!steady.isConverged) {
    note({ kind: 'unsupported', reason: 'no fixed point was found: traffic and queues still moved' }, WHOLE)
    return unsure
  }
  if (isFilledAgain(steady, within)) {
    note({ kind: 'unsupported', reason: 'messages that fail and are taken again overload it' }, WHOLE)
    return unsure
  }
  const failed = [...failures.values()].reduce((sum, share) => sum + share, 0)
  const calls = doubtsOfSteps(steady, answer, within)
  if (law === null) return { mean: 0, tail: 0, share: failed > 0 ? calls.share : 0 }
  let mean: number | null = 0
  let tail: number | null = 0
  const slowWhole = bookings.reduce((sum, { slow }) => sum + slow, 0)
  const whole = bookings.reduce((sum, booking) => sum + booking.mean, 0)
  for (const { point, method, ...own } of byPlace(bookings, steady)) {
    const part = whole > 0 ? own.mean / whole : 0
    const slowPart = slowWhole > 0 ? own.slow / slowWhole : part
    // What hardly takes any time cannot be far off.
    if (Math.max(part, slowPart) > 0.002) note(method, point)
    mean = added(mean, part, method.kind === 'approximate' ? method.mean : method.kind === 'exact' ? 0 : null)
    tail = added(tail, slowPart, method.kind === 'approximate' ? method.tail : method.kind === 'exact' ? 0 : null)
  }
  if (comesAgain(bookings)) {
    note(visitsApart, WHOLE)
    tail = tail === null ? null : tail + AGAIN
  }
  mean = mean === null || calls.mean === null ? null : mean + calls.mean
  tail = tail === null || calls.tail === null ? null : tail + calls.tail + (law.isExact ? 0 : GRID)
  // Whoever finds nobody fails however long other things take.
  const alone = failures.get('connect-error') ?? 0
  const late = failed > 0 ? 0.02 * alone + (failed - alone) * Math.max(0.02, Math.min(1, 5 * (tail ?? 1))) : 0
  return { mean, tail, share: Math.min(1, late + calls.share) }
}

/**
 * The flow comes to an overloaded station that a consumer comes to as well, whose batches fail for it and are worked on
 * again: such a load keeps itself up, and whether it ever gets there depends on where it began.
 */
function isFilledAgain({ network, state }: Steady, { flow, nodes }: Within): boolean {
  const again = network.model.consumers.filter(
    (consumer) =>
      consumer.failed.retry > 0 && failing(outcomeOf(network.flows[consumer.flow] ?? [], { network, state })) > FAILS,
  )
  const visits = (at: number, station: number): boolean =>
    (nodes.get(at) ?? []).some(({ step, rate }) => step.kind === 'serve' && step.station === station && rate > 0)
  return [...state.stations].some(
    ([station, { alike }]) =>
      alike.some(({ answer }) => answer.isOverloaded) &&
      visits(flow, station) &&
      again.some((consumer) => visits(consumer.flow, station)),
  )
}

const FAILS: Ratio = 0.1

/** A station that is visited twice is as busy the second time as it was the first: sums vary more than is counted. */
function comesAgain(bookings: readonly Booking[]): boolean {
  const seen = new Set<number>()
  for (const { leaf } of bookings) {
    const { step } = leaf.node
    if (step.kind !== 'serve' || !leaf.isWait) continue
    if (seen.has(step.station)) return true
    seen.add(step.station)
  }
  return false
}

/** Largest error of p50 to p99 in the networks with visits that repeat of tests/outside. */
const AGAIN: Ratio = 0.08

const visitsApart: Method = {
  kind: 'approximate',
  name: 'visits to one station independent of one another',
  source: 'against Ciw in tests/outside',
  mean: 0,
  tail: AGAIN,
}

/** Percentiles read from the grid are this good. */
const GRID: Ratio = 0.005

const added = (sum: number | null, part: Ratio, error: number | null): number | null => {
  if (sum === null) return null
  if (error === null) return part > 0.01 ? null : sum + part
  return sum + part * error
}

interface Taken {
  readonly method: Method
  readonly point: number
  mean: number
  slow: number
}

/** What each node takes of the mean and of slow answers; what has a method of its own stands by itself. */
function byPlace(bookings: readonly Booking[], steady: Steady): Iterable<Taken> {
  const places = new Map<object, Taken>()
  for (const { leaf, mean, slow } of bookings) {
    const { node, method } = leaf
    const key = method === undefined ? node : leaf
    const known = places.get(key)
    if (known !== undefined) {
      known.mean += mean
      known.slow += slow
    } else if (method === undefined)
      places.set(key, { method: methodOf(node, steady), point: pointOf(node.step), mean, slow })
    else places.set(key, { method, point: leaf.point, mean, slow })
  }
  return places.values()
}

/** How the time of a node was come by. */
function methodOf(node: Node, steady: Steady): Method {
  const { state, network } = steady
  const { step } = node
  const by = state.closedBy.get(node)
  if (by?.kind === 'approximate' && by.mean === null && ['serve', 'hold'].includes(step.kind)) return by
  if (step.kind === 'serve') {
    if (heldWait(node, steady) !== undefined) return poolMethod(node.holders.at(-1)?.pool, steady)
    const at = state.stations.get(step.station)
    if (state.closed.has(node)) return state.closedBy.get(node) ?? loopMethod(node, steady)
    const station = network.model.resources[step.station]
    if (at === undefined || station === undefined) return exact
    if (at.users.some((user) => state.closed.has(user))) return besideClosed
    const busy = Math.max(0, ...at.alike.map(({ answer }) => answer.utilization))
    // The law of what was not waited for is exact.
    if (at.alike.every(({ answer }) => answer.queueLength === 0)) return exact
    const method = at.alike.map(({ answer }) => answer.method).reduce(worse, exact)
    return busy > 0.9 ? stretched(method) : method
  }
  if (step.kind === 'hold') return poolMethod(step.pool, steady)
  if (step.kind === 'call') return poolMethod(step.policy.connection ?? step.policy.bulkhead ?? undefined, steady)
  return exact
}

/** Close to saturation everything that is off is further off. */
const stretched = (method: Method): Method =>
  method.kind === 'approximate'
    ? {
        ...method,
        mean: method.mean === null ? null : 1.5 * method.mean,
        tail: method.tail === null ? null : 1.5 * method.tail,
      }
    : method

function poolMethod(pool: number | undefined, { state }: Steady): Method {
  const at = pool === undefined ? undefined : state.pools.get(pool)
  return at === undefined ? exact : at.alike.map(({ answer }) => answer.method).reduce(worse, exact)
}

/** The loops of a consumer, which meet nobody but each other. */
function loopMethod({ step }: Node, { network }: Steady): Method {
  const station = step.kind === 'serve' ? network.model.resources[step.station] : undefined
  const isShared = station?.kind === 'station' && station.discipline === 'ps'
  const isProduct = step.kind === 'serve' && (isShared || step.work.law === 'exponential')
  return isProduct ? { ...meanValues, mean: 0, tail: 0.2 } : meanValues
}

/** Closed users keep a queue shorter than a Poisson stream of theirs would. */
const besideClosed: Method = {
  kind: 'approximate',
  name: 'closed users taken for open ones by those who meet them',
  source: 'an upper bound; 64 % over exact mean values in a mixed network of tests/outside',
  mean: 0.7,
  tail: 0.8,
}

const meanValues = {
  kind: 'approximate' as const,
  name: 'closed network of exponential work',
  source: 'Reiser and Lavenberg 1980; waits stretched by (1 + scv)/2',
  mean: 0.1,
  tail: 0.2,
}

/** What is not exact about steps rather than queues. */
function doubtsOfSteps(
  steady: Steady,
  answer: FlowAnswer,
  { flow, note, nodes, herded }: Within,
): { mean: number | null; tail: number | null; share: number } {
  let mean: number | null = 0
  let tail: number | null = 0
  let share = 0
  for (const node of nodes.get(flow) ?? []) {
    if (!(node.rate > 0)) continue
    const isHerded = node.step.kind === 'serve' && herded.has(node.step.station)
    const method = isHerded ? herds : stepMethod(node, steady)
    if (method.kind !== 'approximate') continue
    const isSure = method.mean !== null && method.mean < NOTED && node.step.kind === 'lookup'
    if (!isSure) note(method, pointOf(node.step))
    const own =
      node.step.kind === 'lookup' && method.mean !== null
        ? lookupTimes(node, lookupError(node, node.step, steady), answer)
        : ofWhole(node, method, answer)
    mean = mean === null || own.mean === null ? null : mean + own.mean
    tail = tail === null || own.tail === null ? null : tail + own.tail
    share += node.step.kind === 'call' ? Math.min(0.2, node.attempts.failing) * 0.2 + turnedAwayAgain(node) : 0
  }
  return { mean, tail, share }
}

/** Of a join: as a share of the whole, what it takes of the mean; slow answers may be slow for it alone. */
function ofWhole(
  { step, rate, outcome }: Node,
  { mean, tail }: { readonly mean: Ratio | null; readonly tail: Ratio | null },
  { law, rate: starts }: FlowAnswer,
) {
  if (step.kind !== 'parallel' && step.kind !== 'repeat') return { mean, tail }
  const part = law === null || !(law.mean > 0) ? 1 : ((rate / Math.max(1e-12, starts)) * outcome.time.mean) / law.mean
  return { mean: mean === null ? null : Math.min(1, part) * mean, tail }
}

/** Of what misses: less is not worth a word. */
const NOTED: Ratio = 5e-4

interface Place {
  readonly at: string
  readonly component: string
}

function pointAt(point: number, { network }: Steady): Place | undefined {
  const found = network.model.points[point]
  return found === undefined ? undefined : { at: found.name, component: found.component }
}

function pointOf(step: Node['step']): number {
  if ('point' in step) return step.point
  if (step.kind === 'call') return step.retryPoint
  return step.kind === 'lookup' ? step.waitPoint : WHOLE
}

const wholeFlow = ({ network }: Steady, flow: number): Place => ({
  at: network.model.flows[flow]?.id ?? '',
  component: '',
})
