import type { Collector } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import type { Actor, Assumption } from './design.ts'
import type { ReadFlow } from './flows.ts'
import type { Fragment, KnownComponent, Usage } from './known.ts'
import type { KindTable } from './own-kinds.ts'
import type { ReadPolicies } from './policies.ts'

/** What was written, against what is used. */
export interface Written {
  readonly components: ReadonlyMap<string, KnownComponent>
  readonly fragments: ReadonlyMap<string, Fragment>
  readonly policies: ReadPolicies
  readonly flows: ReadonlyMap<string, ReadFlow>
  readonly kinds: KindTable
  readonly assumptions: ReadonlyMap<string, Assumption>
  /** Of `load`, and those of scenarios. */
  readonly actors: ReadonlyMap<string, Actor>
  readonly scenarioActors: readonly Actor[]
  readonly actorSpans: ReadonlyMap<string, Span>
  readonly functions: ReadonlyMap<string, { readonly keySpan: Span }>
}

/** Warns of everything that plays no part: a slip more often than a wish. */
export function warnOfUnused(written: Written, usage: Usage, out: Collector): void {
  const warn = (code: string, at: Span, message: string, hint?: string): void => out.warning(code, at, message, hint)
  for (const [name, { isUsed, span }] of written.assumptions) {
    if (!isUsed) warn('unused', span, `the assumption \`${name}\` is not used`, `write \`= ${name}\` where it counts`)
  }
  for (const [name, { keySpan }] of written.fragments) {
    if (!usage.fragments.has(name))
      warn('unused', keySpan, `the fragment \`${name}\` is not run`, `write \`run: ${name}\``)
  }
  for (const [name, span] of written.policies.places) {
    const hint = `write \`policy: ${name}\` at a step or a component`
    if (!usage.policies.has(name)) warn('unused', span, `the policy \`${name}\` is not used`, hint)
  }
  warnOfKinds(written, warn)
  // Without flows there is nothing yet that could reach a component.
  if (written.flows.size > 0) warnOfUnreached(written, usage, warn)
  warnOfEdges(written, usage, warn)
  warnOfLoad(written, warn)
  warnOfFunctions(written, warn)
  noteFlows(written, out)
}

function warnOfKinds({ kinds, components }: Written, warn: Warn): void {
  const used = new Set([...components.values()].flatMap(({ writtenKind }) => kinds.ancestors(writtenKind)))
  for (const [name, { keySpan }] of kinds.own) {
    if (!used.has(name)) warn('unused', keySpan, `no component is of the kind \`${name}\``)
  }
}

type Warn = (code: string, at: Span, message: string, hint?: string) => void

function warnOfUnreached({ components }: Written, usage: Usage, warn: Warn): void {
  for (const { id, kind, keySpan, operations } of components.values()) {
    const isAskable = kind === null || kind.verbs.length > 0
    const hint = 'call it in a flow, name it in `via`, or remove it'
    if (!usage.components.has(id) && isAskable) warn('unreachable', keySpan, `no flow reaches \`${id}\``, hint)
    for (const name of operations.keys()) {
      const missing = usage.components.has(id) && !usage.operations.has(`${id}.${name}`)
      if (missing)
        warn('unused', keySpan, `the operation \`${id}.${name}\` is not called`, `write \`call: ${id}.${name}\``)
    }
  }
}

function warnOfEdges({ policies, components }: Written, { edges }: Usage, warn: Warn): void {
  for (const { from, to } of policies.edgeArrows) {
    const isKnown = components.has(from.value) && components.has(to.value)
    if (!isKnown || edges.has(`${from.value} -> ${to.value}`)) continue
    const message = `\`${from.value}\` never calls \`${to.value}\`: this policy has no effect`
    const back = edges.has(`${to.value} -> ${from.value}`)
    warn(
      'unused',
      from.span,
      message,
      back ? `\`${to.value}\` calls \`${from.value}\`: turn the arrow round` : undefined,
    )
  }
}

/** Flows and actors that do not meet. */
function warnOfLoad({ flows, actors, scenarioActors, actorSpans }: Written, warn: Warn): void {
  const mixed = new Set([...actors.values(), ...scenarioActors].flatMap(({ mix }) => mix.map(({ flow }) => flow)))
  for (const { id, from, keySpan } of flows.values()) {
    if (from === null || mixed.has(id) || !actorSpans.has(from.value)) continue
    const hint = `add \`${id}\` to its \`mix\``
    warn('no-load', keySpan, `the flow \`${id}\` has no load: \`${from.value}\` never starts it`, hint)
  }
  for (const actor of actors.values()) {
    for (const { flow } of actor.mix) {
      const from = flows.get(flow)?.from
      if (from === null) {
        const message = `the actor \`${actor.id}\` starts the flow \`${flow}\`, which starts by itself`
        warn('no-load', actor.span, message, 'take it out of the `mix`')
      } else if (from !== undefined && from.value !== actor.id && actors.has(from.value)) {
        const message = `the actor \`${actor.id}\` starts the flow \`${flow}\`, which says that it comes from \`${from.value}\``
        warn('no-load', from.span, message)
      }
    }
  }
}

function warnOfFunctions({ functions, flows }: Written, warn: Warn): void {
  if (functions.size === 0) return
  for (const [name, { keySpan }] of functions) {
    const message = `the function \`${name}\` has no flow of that name`
    if (!flows.has(name)) warn('function-flow', keySpan, message, 'name the flow that does it alike')
  }
}

/** One note for all flows that no function speaks of, once the design has functions. */
function noteFlows({ functions, flows }: Written, out: Collector): void {
  const [first, ...rest] = [...flows.values()].filter(({ id }) => functions.size > 0 && !functions.has(id))
  if (first === undefined) return
  const names = [first, ...rest].map(({ id }) => `\`${id}\``).join(', ')
  const message = `no function of the requirements speaks of ${names}`
  const also = rest.map(({ keySpan }) => keySpan)
  out.add({
    code: 'function-flow',
    severity: 'note',
    at: first.keySpan,
    message,
    ...(also.length === 0 ? {} : { also }),
  })
}
