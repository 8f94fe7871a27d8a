import type { Span } from '../base/span.ts'
import { meanOf } from '../model/distribution.ts'
import { replySize } from '../design/compile-call.ts'
import type { HeldFigure } from '../kinds/define.ts'
import type { Amount, Flow, Step } from '../design/design.ts'
import { pow } from '../base/math.ts'
import { bytes, percent, quantity } from '../result/format.ts'
import { roundsMean } from '../solve/counts.ts'
import { type Expression, found, less, one, product, quotient, sum, zero } from './expression.ts'
import { holdingAt, setting, stepFigure, type Subject } from './subject.ts'

/** One step of a flow that asks another component, for each start of the flow. */
export interface Site {
  readonly flow: string
  readonly verb: 'call' | 'get' | 'put' | 'fill' | 'read' | 'write' | 'publish' | 'push'
  /** Component, or the actor. */
  readonly from: string
  readonly isFromActor: boolean
  readonly to: string
  readonly part: string | null
  readonly visits: Expression
  /** Calls, keys, reads, written rows, messages of all visits. */
  readonly things: Expression
  /** Bytes there and back, as the design says them, without protocols. */
  readonly send: Expression
  readonly receive: Expression
  readonly at: Span
}

/** What caches let through. */
export interface Hits {
  /** Share of lookups that find their key. */
  readonly hit: Expression
  /** Share of lookups that go on to what is behind it. */
  readonly fetch: Expression
}

export interface Walk {
  readonly subject: Subject
  readonly hits: (component: string, part: string | null) => Hits
  /** Messages of a batch; one for a flow that takes none. */
  readonly items: Expression
}

interface Where {
  readonly subject: Subject
  readonly flow: string
  readonly from: string
  readonly isFromActor: boolean
  readonly visits: Expression
  /** The steps run once for a batch of messages. */
  readonly isBatch: boolean
  /** Things of one round of an `each` in groups; null = not in one. */
  readonly group: Expression | null
  readonly found: Expression
  readonly missed: Expression
}

/** Every step of a flow that asks somebody, with how often it comes and what it carries for each start. */
export function sitesOf(walk: Walk, flow: Flow): readonly Site[] {
  const { trigger } = flow
  const isActor = trigger.kind === 'actor'
  const from = trigger.kind === 'actor' ? trigger.actor : (trigger.by ?? flow.id)
  const sites: Site[] = []
  const start: Where = {
    subject: walk.subject,
    flow: flow.id,
    from,
    isFromActor: isActor,
    visits: one,
    isBatch: trigger.kind === 'consume',
    group: null,
    found: zero,
    missed: zero,
  }
  visitAll({ ...walk, sites }, flow.steps, start)
  return sites
}

interface Visiting extends Walk {
  readonly sites: Site[]
}

function visitAll(walk: Visiting, steps: readonly Step[], start: Where): void {
  let where = start
  for (const step of steps) {
    visit(walk, step, where)
    if (step.verb !== 'fail') continue
    const share = figure(where, { at: step.span, key: ['p'] }, 'share that fails', step.probability, 'ratio')
    where = { ...where, visits: product(where.visits, less(one, share)) }
  }
}

function visit(walk: Visiting, step: Step, where: Where): void {
  switch (step.verb) {
    case 'call':
      return visitCall(walk, step, where)
    case 'get':
      return visitGet(walk, step, where)
    case 'put':
      return visitPut(walk, step, where)
    case 'read':
    case 'write':
      return visitRows(walk, step, where)
    case 'publish':
      return visitPublish(walk, step, where)
    case 'push':
      return visitPush(walk, step, where)
    case 'tx':
    case 'hold':
    case 'try':
      return visitAll(walk, step.steps, where)
    case 'parallel':
      for (const branch of step.branches) visitAll(walk, branch.steps, where)
      return
    case 'choose':
      return visitBranches(walk, step, where)
    case 'each':
    case 'repeat':
      return visitLoop(walk, step, where)
    default:
  }
}

type Of<V extends Step['verb']> = Extract<Step, { readonly verb: V }>

/** Where a step says a number: the step, and the keys to it. */
interface Said {
  readonly at: Span
  readonly key: readonly string[]
}

/** A number that a step says: it stands in formulas with its value, as a flow may say several of one name. */
const figure = (
  { flow, subject }: Where,
  said: Said,
  what: string,
  value: number,
  unit: 'count' | 'ratio' | 'bytes',
): Expression => {
  if (value === 1 && unit === 'count') return one
  const text = unit === 'bytes' ? bytes(value) : unit === 'ratio' ? percent(value) : quantity(value)
  return stepFigure(subject, { flow, ...said }, { name: `${what} (${text})`, value, unit })
}

/** In a consumer, what is not asked for as a whole comes once for each message. */
const perMessage = (walk: Walk, where: Where): Where =>
  where.isBatch ? { ...where, visits: product(where.visits, walk.items), isBatch: false } : where

function visitCall(walk: Visiting, step: Of<'call'>, where: Where): void {
  const { design } = walk.subject
  const { target, operation } = step
  const own = design.components.get(target.component)?.operations
  const nested = [...(operation === null ? [] : (own?.get(operation) ?? [])), ...step.steps]
  const send = step.send === 0 ? zero : figure(where, { at: step.span, key: ['send'] }, 'request', step.send, 'bytes')
  const reply = replySize(nested)
  const receive =
    reply === 0 ? zero : figure(where, { at: replySpan(nested) ?? step.span, key: ['reply'] }, 'reply', reply, 'bytes')
  const chain = [...step.via, target.component]
  for (const [i, to] of chain.entries()) {
    const before = i === 0 ? where : { ...where, from: chain[i - 1] ?? '', isFromActor: false }
    add(walk, before, { verb: 'call', to, part: null, things: one, send, receive, at: step.span })
  }
  visitAll(walk, nested, { ...where, from: target.component, isFromActor: false })
}

/** The answer stands in a step of its own, as deep as the way to it goes. */
function replySpan(steps: readonly Step[]): Span | null {
  for (const step of steps) {
    if (step.verb === 'reply') return step.span
    const inside = step.verb === 'get' ? [...step.hit, ...step.miss] : 'steps' in step ? step.steps : []
    const answer = replySpan(inside)
    if (answer !== null) return answer
  }
  return null
}

interface Asked extends Pick<Site, 'verb' | 'to' | 'part' | 'at'> {
  /** Of one visit. */
  readonly things: Expression
  readonly send: Expression
  readonly receive: Expression
}

function add({ sites }: Visiting, where: Where, { things, send, receive, ...asked }: Asked): void {
  const { flow, from, isFromActor, visits } = where
  sites.push({
    ...asked,
    flow,
    from,
    isFromActor,
    visits,
    things: product(visits, things),
    send: product(visits, send),
    receive: product(visits, receive),
  })
}

/** Keys of one visit. */
function keysOf(walk: Walk, step: Of<'get'> | Of<'put'>, where: Where): Expression {
  const items = figure(where, { at: step.span, key: ['items'] }, 'keys', step.items, 'count')
  if (where.group !== null) return product(items, where.group)
  return where.isBatch && step.mode === 'pipeline' ? product(items, walk.items) : items
}

function visitGet(walk: Visiting, step: Of<'get'>, where: Where): void {
  const { component, part } = step.target
  const keys = keysOf(walk, step, where)
  const value = eachOf(walk, component, part)
  const { hit, fetch } = walk.hits(component, part)
  const holding = holdingAt(walk.subject, component, part)
  const isThrough = holding?.isThrough === true
  const answered = isThrough ? product(keys, value) : product(keys, hit, value)
  const named = holding?.part ?? part
  add(walk, where, {
    verb: 'get',
    to: component,
    part: named,
    things: keys,
    send: zero,
    receive: answered,
    at: step.span,
  })
  const inside = isThrough ? { ...where, from: component, isFromActor: false } : where
  const isOne = keys === one
  // Who waits for another's fetch goes on as if it had hit.
  const all = isOne ? less(one, fetch) : allHit(hit, keys)
  const some = isOne ? fetch : less(one, all)
  const missed = isOne ? one : quotient(product(keys, less(one, hit)), some)
  const isHome = holding?.isHome === true
  visitAll(walk, step.hit, { ...inside, visits: isHome ? where.visits : product(where.visits, all), found: keys })
  if (isHome || some.value <= 0) return
  const missing = { ...inside, visits: product(where.visits, some), missed }
  visitAll(walk, step.miss, missing)
  if (isThrough) return
  const filled = { verb: 'fill' as const, to: component, part: named, things: missed, receive: zero, at: step.span }
  add(walk, missing, { ...filled, send: product(missed, value) })
}

const allHit = (hit: Expression, keys: Expression): Expression =>
  found(pow(hit.value, keys.value), `(${hit.text} to the power of ${keys.text})`, [...hit.inputs, ...keys.inputs])

function visitPut(walk: Visiting, step: Of<'put'>, where: Where): void {
  const { component, part } = step.target
  const keys = keysOf(walk, step, where)
  const send = product(keys, eachOf(walk, component, part))
  const holding = holdingAt(walk.subject, component, part)
  const asked = { things: keys, receive: zero, at: step.span }
  add(walk, where, { ...asked, verb: 'put', to: component, part: holding?.part ?? part, send })
  const [store, table] = holding?.behind?.split(/\.(?=[^.]*$)/) ?? []
  if (store === undefined || table === undefined) return
  // What is written behind is a row each.
  const cache = { ...where, from: component, isFromActor: false }
  const rows = product(keys, eachOf(walk, store, table))
  add(walk, cache, { ...asked, verb: 'write', to: store, part: table, send: rows })
}

const eachOf = ({ subject }: Walk, component: string, part: string | null): Expression => {
  const holding = holdingAt(subject, component, part)
  if (holding === undefined) return zero
  return setting(subject, component, named(holding.each, component, holding.part), 'bytes')
}

/** One formula may name several tables. */
const named = (figure: HeldFigure, component: string, part: string): HeldFigure => ({
  ...figure,
  name: `${figure.name} of ${component}.${part}`,
})

function amountOf(walk: Walk, where: Where, { fixed, each, times }: Amount, what: string, said: Said): Expression {
  const whole = meanOf(fixed)
  const register = { items: walk.items, found: where.found, missed: where.missed, group: where.group ?? one }[times]
  const own = whole === 0 && each !== 0 ? zero : figure(where, said, what, whole, 'count')
  return each === 0 ? own : sum(own, product(figure(where, said, `${what} of each`, each, 'count'), register))
}

type RowStep = Extract<Step, { readonly verb: 'read' | 'write' }>

function visitRows(walk: Visiting, step: RowStep, where: Where): void {
  const { component, part, path } = step.target
  const holding = holdingAt(walk.subject, component, part)
  const returned = path === null ? undefined : holding?.returns?.get(path)
  const usual =
    returned === undefined
      ? one
      : setting(
          walk.subject,
          component,
          { ...returned, name: `rows of ${component}.${part ?? ''}.${path ?? ''}` },
          'count',
        )
  const said = step.rows === null ? usual : amountOf(walk, where, step.rows, 'rows', { at: step.span, key: ['rows'] })
  const isEach = step.rows !== null && step.rows.each !== 0
  const rows = where.group !== null && !isEach ? product(said, where.group) : said
  const bytes = product(rows, eachOf(walk, component, part))
  const pages = figure(where, { at: step.span, key: ['pages'] }, 'pages', meanOf(step.pages), 'count')
  const here = { ...where, visits: product(where.visits, pages) }
  const [send, receive] = step.verb === 'write' ? [bytes, zero] : [zero, bytes]
  const asked = { verb: step.verb, to: component, part: holding?.part ?? part, send, receive, at: step.span }
  // A read is one however many rows it brings, unless it asks for each of them.
  const isOne = step.verb === 'read' && !isEach && where.group === null
  add(walk, here, { ...asked, things: isOne ? one : rows })
}

function visitPublish(walk: Visiting, step: Of<'publish'>, where: Where): void {
  const { component, part } = step.target
  const holding = holdingAt(walk.subject, component, part)
  const messages = amountOf(walk, where, step.count, 'messages', { at: step.span, key: ['count'] })
  const size =
    step.size === null
      ? eachOf(walk, component, part)
      : figure(where, { at: step.span, key: ['size'] }, 'size', step.size, 'bytes')
  const asked = { verb: 'publish' as const, to: component, part: holding?.part ?? part, at: step.span }
  add(walk, where, { ...asked, things: messages, send: product(messages, size), receive: zero })
}

function visitPush(walk: Visiting, step: Of<'push'>, where: Where): void {
  const perBatch = where.found === zero ? walk.items : where.found
  const things = where.isBatch ? perBatch : one
  const send = product(things, figure(where, { at: step.span, key: ['size'] }, 'size', step.size, 'bytes'))
  const { component } = step.target
  add(walk, where, { verb: 'push', to: component, part: null, things, send, receive: zero, at: step.span })
}

function visitBranches(walk: Visiting, step: Of<'choose'>, outer: Where): void {
  const where = perMessage(walk, outer)
  for (const { name, probability, steps } of step.branches) {
    if (probability === 0) continue
    const share =
      probability === 1
        ? one
        : figure(where, { at: step.span, key: ['choose', name] }, `share of \`${name}\``, probability, 'ratio')
    visitAll(walk, steps, { ...where, visits: product(where.visits, share) })
  }
}

function visitLoop(walk: Visiting, step: Of<'each'> | Of<'repeat'>, outer: Where): void {
  const where = perMessage(walk, outer)
  const count = figure(
    where,
    { at: step.span, key: [step.verb === 'each' ? 'count' : 'repeat'] },
    step.verb === 'each' ? 'things of each' : 'times',
    meanOf(step.count),
    'count',
  )
  if (step.verb === 'repeat' || step.inGroupsOf === 1) {
    const group = step.verb === 'repeat' ? where.group : null
    visitAll(walk, step.steps, { ...where, visits: product(where.visits, count), group })
    return
  }
  const { inGroupsOf: groupsOf } = step
  const mean = roundsMean({ count: step.count, groupsOf })
  const rounds = found(mean, `(${count.text} / ${groupsOf}, rounded up)`, count.inputs)
  const group = rounds.value > 0 ? quotient(count, rounds) : one
  visitAll(walk, step.steps, { ...where, visits: product(where.visits, rounds), group })
}
