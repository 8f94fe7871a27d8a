import type { Ratio } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import { percent, seconds } from './format.ts'
import { fullnessNotes } from './limits.ts'
import type { Finding, MethodResult, MetastableResult, ObjectiveResult } from './result.ts'
import type { Doubt, MetastableRange, Solution, StepMethod } from './solution.ts'

/**
 * How every step was solved, the least sure first, and which figures that moves: keys of the result. What moves none is
 * exact, or hardly takes any time.
 */
export function methodsOf(model: Model, { doubts, steps }: Solution): readonly MethodResult[] {
  const doubted = new Set(doubts.map(({ at, component }) => `${component} ${at}`))
  const others = steps.filter(({ at, component }) => !doubted.has(`${component} ${at}`))
  const all: readonly (StepMethod & { readonly flows?: readonly number[] })[] = [...doubts, ...others]
  return [...all].sort((a, b) => weightOf(b) - weightOf(a)).map((one) => methodOf(model, one))
}

function methodOf(
  model: Model,
  { method, at, component, flows = [] }: StepMethod & { readonly flows?: readonly number[] },
): MethodResult {
  const isLeftOut = method.kind === 'unsupported'
  const [mean, tail] = method.kind === 'approximate' ? [method.mean, method.tail] : [null, null]
  const times = [
    ...(mean === 0 ? [] : ['mean']),
    ...(mean === 0 && tail === 0 ? [] : ['p50', 'p75']),
    ...(tail === 0 ? [] : ['p90', 'p95', 'p99', 'p999']),
  ]
  const outputs = flows.flatMap((flow) => {
    const id = model.flows[flow]?.id ?? ''
    const own = times.map((name) => `flows.${id}.response_time_s.${name}`)
    return isLeftOut ? [`flows.${id}.success_ratio`, `flows.${id}.goodput_per_s`, ...own] : own
  })
  return {
    at,
    component,
    kind: method.kind,
    name: method.kind === 'approximate' ? method.name : null,
    source: method.kind === 'approximate' ? method.source : null,
    error_ratio: method.kind === 'exact' ? { mean: 0, tail: 0 } : { mean, tail },
    reason: isLeftOut ? method.reason : null,
    outputs,
  }
}

/** What is left out is worst, then what nobody knows the error of, then the largest error. */
function weightOf({ method }: StepMethod): number {
  if (method.kind === 'unsupported') return Infinity
  if (method.kind === 'exact') return -1
  return method.mean === null || method.tail === null ? 1e6 : Math.max(method.mean, method.tail)
}

/** What limits the answer, the worst first; what is said of several places in the same words is said once. */
export function analysedTrust(
  model: Model,
  solution: Solution,
  objectives: readonly ObjectiveResult[],
): readonly string[] {
  return [
    ...(solution.isConverged ? [] : [`no steady state was found in ${solution.rounds} rounds: ${SETTLED}`]),
    ...openNotes(objectives),
    ...doubtNotes(model, solution.doubts),
    ...solution.notes,
    ...fullnessNotes(model, [solution.statistics]),
    ...new Set(solution.statistics.violations.map((violation) => `an invariant did not hold: ${violation}`)),
    ...model.trust,
  ]
}

const SETTLED = 'loadpath simulate settles it'

function openNotes(objectives: readonly ObjectiveResult[]): readonly string[] {
  const open = objectives.filter(({ verdict }) => verdict === 'undecided')
  const named = (some: readonly ObjectiveResult[]): string =>
    list(some.map(({ subject, target }) => `${subject.id} ${target}`))
  const of = (pick: (one: ObjectiveResult) => boolean): readonly ObjectiveResult[] => open.filter(pick)
  const isLongest = ({ indicator }: ObjectiveResult): boolean => indicator === 'max'
  const notes: readonly (readonly [readonly ObjectiveResult[], string])[] = [
    [of((one) => !isLongest(one) && one.measured.low !== null), 'the target lies within what the method may be off by'],
    [of((one) => !isLongest(one) && one.measured.low === null), 'how far off the method may be here is not known'],
    [of(isLongest), 'of endlessly many answers none is the longest'],
  ]
  return notes.filter(([some]) => some.length > 0).map(([some, why]) => `${named(some)}: ${why}: ${SETTLED}`)
}

function doubtNotes(model: Model, doubts: readonly Doubt[]): readonly string[] {
  const groups = new Map<string, { readonly doubt: Doubt; readonly at: Set<string>; readonly flows: Set<number> }>()
  for (const doubt of [...doubts].sort((a, b) => weightOf(b) - weightOf(a))) {
    const key = JSON.stringify(doubt.method)
    const group = groups.get(key) ?? { doubt, at: new Set<string>(), flows: new Set<number>() }
    group.at.add(doubt.at)
    for (const flow of doubt.flows) group.flows.add(flow)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ doubt, at, flows }) => {
    const where = list([...at])
    const whose = flowsText(model, [...flows])
    const { method } = doubt
    if (method.kind === 'unsupported') return `all figures of ${whose}: ${method.reason} (${where}): ${SETTLED}`
    const what = method.mean === 0 ? `p90 and beyond of ${whose}` : `times of ${whose}`
    return `${what}: ${where} ${at.size > 1 ? 'are' : 'is'} approximate (${method.name}), ${offText(method)}: ${SETTLED}`
  })
}

function offText({ mean, tail }: { readonly mean: Ratio | null; readonly tail: Ratio | null }): string {
  if (mean === null && tail === null) return 'nobody knows how far off'
  const far = (error: Ratio | null): string => (error === null ? 'nobody knows how far' : `up to ${percent(error)}`)
  if (mean === 0 || mean === tail) return `${far(tail)} off`
  return `${far(mean)} off in the mean, ${far(tail)} from p90 on`
}

const MOST_NAMES = 3

function list(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES)
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ')
}

const flowsText = ({ flows }: Model, some: readonly number[]): string =>
  some.length > MOST_NAMES && some.length === flows.length
    ? 'all flows'
    : list(some.map((flow) => flows[flow]?.id ?? ''))

export const metastableOf = (range: MetastableRange): MetastableResult => ({
  component: range.component,
  exit_load_ratio: range.exit,
  entry_load_ratio: range.entry,
  trigger_s: range.trigger,
  goodput_ratio: range.goodput,
})

/** `healthy up to 118% of this load; once overloaded it stays so down to 44%; ...`. */
export function metastableText({ component, entry, exit, trigger }: MetastableRange): string {
  const tips = trigger === null ? '' : `; a standstill of ${component} of ${seconds(trigger)} tips it over`
  const whose = component === '' ? 'it' : component
  return `healthy up to ${percent(entry)} of this load; once overloaded ${whose} stays so down to ${percent(exit)}${tips}`
}

/** Of a range that reaches down to the load that was asked about. */
export function metastableFindings(range: MetastableRange | null): readonly Finding[] {
  if (range === null || range.exit >= 1) return []
  return [{ code: 'metastable-range', severity: 'warning', step: 6, message: metastableText(range) }]
}
