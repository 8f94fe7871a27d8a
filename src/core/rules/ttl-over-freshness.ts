import type { Span } from '../base/span.ts'
import type { Seconds } from '../base/units.ts'
import type { Step, Target } from '../design/design.ts'
import type { Cache } from '../model/resource.ts'
import { seconds } from '../result/format.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { wordAt } from './setting.ts'
import { visitFlow } from './walk.ts'
import { grouped, otherSpans } from './wording.ts'
import { type CacheStep, type WrittenStep, writtenSteps } from './written-steps.ts'

/** A cache that answers with older things than was promised. */
export const ttlOverFreshness: Rule = {
  code: 'ttl-over-freshness',
  step: 5,
  severity: 'warning',
  meaning:
    'A cache keeps its answers for longer than the freshness that is promised of what it stands before: by a read (`consistency: stale(5 s)`) or by an objective (`fresh 99% < 60 s`). Nothing takes them out when the original changes.',
  remedy: 'A shorter `ttl`, or a `put` to the cache in every flow that writes what it holds.',
  check: (subject) => {
    const steps = writtenSteps(subject.design)
    const caches = cachesByPlace(subject)
    const promises = [...promisesOfReads(steps), ...promisesOfObjectives(subject, steps)]
    const broken = promises.flatMap((promise) => brokenBy(subject, promise, { steps, caches }))
    return [...grouped(broken, ({ keyspace }) => keyspace).values()].flatMap(breachOf)
  },
}

/** So old at most may be what is read of a table. */
interface Promised {
  readonly read: WrittenStep
  readonly table: string
  readonly within: Seconds
  readonly text: string
}

const nameOf = ({ component, part }: Target): string => (part === null ? component : `${component}.${part}`)

function promisesOfReads(steps: readonly WrittenStep[]): readonly Promised[] {
  return steps.flatMap((read) => {
    const { step } = read
    if (step.verb !== 'read' || typeof step.consistency !== 'object') return []
    const { staleBy } = step.consistency
    const table = nameOf(step.target)
    return [
      { read, table, within: staleBy, text: `the read of \`${table}\` behind it takes at most ${seconds(staleBy)}` },
    ]
  })
}

/** What a flow writes is to be visible soon: wherever it is read. */
function promisesOfObjectives({ model }: Subject, steps: readonly WrittenStep[]): readonly Promised[] {
  const fresh = model.objectives.filter(({ indicator, relation }) => indicator === 'fresh' && relation.startsWith('<'))
  return fresh.flatMap(({ subject, target, text }) => {
    const written = new Set(
      steps.filter(({ flow }) => flow.id === subject.id).flatMap(({ step }) => tableWritten(step)),
    )
    return steps.flatMap((read) => {
      if (read.step.verb !== 'read') return []
      const table = nameOf(read.step.target)
      const promised = `what \`${subject.id}\` writes to \`${table}\` is promised ${text}`
      return written.has(table) ? [{ read, table, within: target, text: promised }] : []
    })
  })
}

const tableWritten = (step: Step): readonly string[] => (step.verb === 'write' ? [nameOf(step.target)] : [])

interface Known {
  readonly steps: readonly WrittenStep[]
  readonly caches: ReadonlyMap<string, Cache>
}

interface Broken {
  readonly promise: Promised
  readonly keyspace: string
  readonly timeToLive: Seconds
  readonly span: Span
}

function brokenBy({ design }: Subject, promise: Promised, { steps, caches }: Known): readonly Broken[] {
  return promise.read.caches.flatMap((step) => {
    const timeToLive = caches.get(placeOf(step.span))?.timeToLive ?? 0
    const component = design.components.get(step.target.component)
    const path = ['keyspaces', step.target.part ?? '', 'write']
    // Such a keyspace is the original itself.
    const isOriginal = component !== undefined && wordAt(component, path) === 'model'
    if (timeToLive <= promise.within || isOriginal || isUpdated(steps, promise.table, step)) return []
    return [{ promise, keyspace: nameOf(step.target), timeToLive, span: step.span }]
  })
}

/** Every flow that writes the table puts into the cache as well. */
function isUpdated(steps: readonly WrittenStep[], table: string, cache: CacheStep): boolean {
  const flowsWith = (isWanted: (step: Step) => boolean): ReadonlySet<string> =>
    new Set(steps.filter(({ step }) => isWanted(step)).map(({ flow }) => flow.id))
  const writing = flowsWith((step) => tableWritten(step).includes(table))
  const putting = flowsWith((step) => step.verb === 'put' && nameOf(step.target) === nameOf(cache.target))
  return writing.size > 0 && [...writing].every((flow) => putting.has(flow))
}

const placeOf = ({ file, offset }: Span): string => `${file}:${offset}`

/** Caches by the place of the `get` that asks them. */
function cachesByPlace(subject: Subject): ReadonlyMap<string, Cache> {
  const { flows, points, resources } = subject.model
  const caches = new Map<string, Cache>()
  for (const flow of flows) {
    visitFlow(subject, flow, (step) => {
      if (step.kind !== 'lookup') return
      const span = points[step.waitPoint]?.span
      const cache = resources[step.cache]
      if (span && cache?.kind === 'cache') caches.set(placeOf(span), cache)
    })
  }
  return caches
}

function breachOf(broken: readonly Broken[]): readonly Breach[] {
  const [first] = broken
  if (first === undefined) return []
  const { promise, keyspace, timeToLive, span } = first
  const also = otherSpans([span, ...broken.map((one) => one.promise.read.step.span)])
  const age = timeToLive === Infinity ? 'for ever' : `for up to ${seconds(timeToLive)}`
  return [
    {
      at: span,
      message: `\`${keyspace}\` keeps its answers ${age}, but ${promise.text}`,
      hint: 'shorten its `ttl`, or `put` to it in every flow that writes what it holds',
      ...(also.length > 0 ? { also } : {}),
    },
  ]
}
