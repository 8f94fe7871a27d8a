import { nearestNames } from '../base/nearest.ts'
import { createMap, type MapNode, type Node, type ScalarNode } from '../text/document.ts'
import { isMap, type Placed, take } from '../text/field.ts'
import { type ParamValues, readSettings } from '../text/param.ts'
import { readShareOf } from '../text/scalars/part-of.ts'
import type { Fault } from './design.ts'
import { findFaultTarget, type FaultTargets } from './fault-targets.ts'
import { type FaultKind, faultKinds, faultParams, timingParams } from './fault-params.ts'

type Times = ParamValues<typeof timingParams>

export interface During {
  readonly start: number
  readonly end: number
}

/** One fault: what, when, how much. Undefined when a mistake was said. */
export function readFault(node: Node, during: During | null, targets: FaultTargets): Fault | undefined {
  const { reading } = targets
  if (!isMap(node, reading.out, 'a fault, like `{ at: 2 min, kill: db }`')) return undefined
  const kind = kindOf(node, targets)
  if (kind === undefined) return undefined
  const isRead = readSettings(node, faultParams(kind), `a \`${kind}\` fault`, reading) !== undefined
  // The same keys again, typed: what is wrong was said just now.
  const silent = { ...reading, out: { ...reading.out, add: () => {}, error: () => {} } }
  const times = readSettings(timesOf(node), timingParams, 'a fault', silent)?.values
  const written = node.get(kind)
  if (!isRead || times === undefined || written?.kind !== 'scalar') return undefined
  const hit = targetOf(kind, written, targets)
  const window = windowOf(kind, node, times, during, targets)
  if (hit === undefined || window === undefined || !hasStrength(kind, node, times, targets)) return undefined
  const strength = { share: hit.share ?? times.share, times: times.times ?? 1, by: times.by ?? 0 }
  const { target, other } = hit
  const isDiskLost = times.disks === 'lost'
  const rest = { ...window, ...strength, isDiskLost, text: `${kind} ${written.text}`, span: node.span }
  return { kind, target, other, ...rest }
}

const timesOf = (map: MapNode): MapNode =>
  createMap(
    map.entries.filter(({ key }) => Object.hasOwn(timingParams, key)),
    map.span,
  )

function kindOf(map: MapNode, { reading: { out } }: FaultTargets): FaultKind | undefined {
  const [first, second] = faultKinds.filter((kind) => map.entry(kind) !== undefined)
  if (first !== undefined && second === undefined) return first
  const list = `faults are ${faultKinds.join(', ')}`
  if (first !== undefined && second !== undefined) {
    const at = map.entry(second)?.keySpan ?? map.span
    out.error('fault-kind', at, `a fault is one thing; this one has \`${first}\` and \`${second}\``, 'write two faults')
    return undefined
  }
  const guess = map.entries.flatMap(({ key, keySpan }) => {
    const near = Object.hasOwn(timingParams, key) ? undefined : nearestNames(key, faultKinds, 1)[0]
    return near === undefined ? [] : [{ near, keySpan }]
  })[0]
  const found = map.entries.map(({ key }) => `\`${key}\``).join(', ') || 'nothing'
  const at = guess?.keySpan ?? map.span
  out.error(
    'fault-kind',
    at,
    `a fault says what goes wrong; found ${found}`,
    guess ? `did you mean \`${guess.near}\`? ${list}` : list,
  )
  return undefined
}

interface Hit {
  readonly target: Fault['target']
  readonly other: Fault['target'] | null
  readonly share: number | null
}

/** `20% of api` names a share of a component; the other kinds name what they hit. */
function targetOf(kind: FaultKind, written: ScalarNode, targets: FaultTargets): Hit | undefined {
  if (kind === 'partition') return sidesOf(written, targets)
  const canBeShare = kind === 'errors' || kind === 'disconnect' || kind === 'deny'
  if (!/%/.test(written.text) || !canBeShare) {
    const name: Placed<string> = { value: written.text.trim(), span: written.span }
    const target = findFaultTarget(kind, name, targets)
    return target && { target, other: null, share: null }
  }
  const name = /\s(\S+)\s*$/.exec(written.text)?.[1] ?? ''
  const read = take(readShareOf(isPath(name) ? withWord(written, name) : written), targets.reading)
  const target = read && findFaultTarget(kind, { value: isPath(name) ? name : read.of, span: written.span }, targets)
  return read && target && { target, other: null, share: read.share }
}

/** `us.b`, `api[1]`: a share is read with one word, which is as long, in its place. */
const isPath = (name: string): boolean => /[.[]/.test(name)
const withWord = (node: ScalarNode, name: string): ScalarNode => ({
  ...node,
  text: node.text.replace(name, 'x'.repeat(name.length)),
})

/** `us.b`, or `us -> eu`. */
function sidesOf({ text, span }: ScalarNode, targets: FaultTargets): Hit | undefined {
  const [first = '', second, extra] = text.split('->').map((end) => end.trim())
  const side = (value: string) => findFaultTarget('partition', { value, span }, targets)
  const target = side(first)
  if (second === undefined || extra !== undefined) return target && { target, other: null, share: null }
  const other = side(second)
  return target && other && { target, other, share: null }
}

const INSTANT: readonly FaultKind[] = ['flush', 'disconnect']
/** They take as long as they take; an end only says until when they are done again. */
const ONCE: readonly FaultKind[] = ['failover', 'deploy']

function windowOf(
  kind: FaultKind,
  map: MapNode,
  { at, for: length, until, over }: Times,
  during: During | null,
  { reading: { out } }: FaultTargets,
): During | undefined {
  const start = at ?? during?.start
  if (start === undefined) {
    const hint = 'write `at: 2 min` at the fault, or `during: 2 min..10 min` at the scenario'
    out.error('fault-time', map.span, 'the fault does not say when it begins', hint)
    return undefined
  }
  if (INSTANT.includes(kind)) return { start, end: start }
  if (ONCE.includes(kind) && length === null && until === null) return { start, end: start }
  const lasting = length ?? over
  if (lasting !== null && until !== null) {
    out.error('fault-time', map.span, 'the fault says twice how long it lasts', 'keep one of `for` and `until`')
    return undefined
  }
  const end = lasting !== null ? start + lasting : (until ?? (at === null ? during?.end : undefined) ?? Infinity)
  if (end > start) return { start, end }
  out.error('fault-time', map.span, 'the fault ends before it begins')
  return undefined
}

/** What has to be said of the kinds that have a strength. */
function hasStrength(
  kind: FaultKind,
  map: MapNode,
  { times, by, over, for: length, until }: Times,
  targets: FaultTargets,
): boolean {
  const say = (message: string, hint: string): false => {
    targets.reading.out.error('fault-strength', map.entry(kind)?.keySpan ?? map.span, message, hint)
    return false
  }
  if (kind === 'slow' && times === null && by === null)
    return say('`slow` does not say how slow', 'write `times: 20` or `by: 200 ms`')
  if (kind === 'throttle' && (times === null || times <= 1))
    return say('`throttle` does not say how far', 'write `times: 4`: a quarter of its rate comes through')
  if (kind !== 'burst') return true
  if (times === null) return say('`burst` does not say how large', 'write `times: 10`: ten times as many requests')
  if (over === null && length === null && until === null)
    return say('`burst` does not say how long', 'write `over: 30 s`')
  return true
}
