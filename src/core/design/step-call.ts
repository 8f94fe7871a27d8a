import type { Entry, MapNode } from '../text/document.ts'
import type { Placed } from '../text/field.ts'
import type { Step, Target } from './design.ts'
import { nodesOf } from './step-lists.ts'
import { verbParams } from './step-params.ts'
import { commonOf, readSteps, settingsOf, type StepContext } from './steps.ts'
import { resolveTarget } from './targets.ts'

/** A synchronous request: nested steps run in the callee. */
export function readCall(map: MapNode, entry: Entry, context: StepContext): readonly Step[] {
  const values = settingsOf(map, verbParams.call, 'call', context)
  if (values === undefined) return []
  const target = resolveTarget(values.call, { verb: 'call', who: context.who }, context.known)
  const via = (values.via ?? []).flatMap((name) => readVia(name, context) ?? [])
  if (target === undefined) {
    // The steps of a callee that does not exist are read all the same, for their own mistakes.
    const name = values.call.value.split('.')[0] ?? ''
    readSteps(nodesOf(values.do), { ...context, current: name, who: `\`${name}\`` })
    return []
  }
  noteEdges(target, via, context)
  warnOfRing(target, context)
  const steps = readSteps(nodesOf(values.do), inside(target.component, context))
  const operation = target.part
  return [
    {
      ...commonOf(entry, values, context),
      verb: 'call',
      target: { ...target, part: null },
      operation,
      via,
      send: values.send,
      steps,
    },
  ]
}

/** The context at a component that was called. */
const inside = (component: string, context: StepContext): StepContext => ({
  ...context,
  current: component,
  asker: null,
  callers: [...context.callers, component],
  who: `\`${component}\``,
})

/** What a request passes on its way has to forward requests, as everything that can be called does. */
function readVia(name: Placed<string>, { known, who }: StepContext): string | undefined {
  const { components, missing, usage, reading } = known
  const found = components.get(name.value)
  if (found === undefined) {
    const message = `${who} goes via \`${name.value}\`, which does not exist`
    const mistake = { code: 'unknown-component', name: name.value, at: name.span, message, noun: 'components' }
    missing.report({ ...mistake, candidates: components.keys() })
    return undefined
  }
  usage.components.add(found.id)
  if (found.kind === null || found.kind.verbs.includes('call')) return found.id
  const message = `\`${name.value}\` is a \`${found.writtenKind}\`; requests do not pass through it`
  reading.out.error('wrong-verb', name.span, message, 'name a load balancer or a gateway')
  return undefined
}

function noteEdges(target: Target, via: readonly string[], { known, current, asker }: StepContext): void {
  const from = current ?? asker
  const stops = [...(from === null ? [] : [from]), ...via, target.component]
  for (const [i, stop] of stops.entries()) {
    const next = stops[i + 1]
    if (next !== undefined) known.usage.edges.add(`${stop} -> ${next}`)
  }
  // A rule for the pair holds whatever stands between.
  if (from !== null) known.usage.edges.add(`${from} -> ${target.component}`)
}

/** A component that waits, perhaps through others, for itself. */
function warnOfRing({ component, span }: Target, { callers, reading }: StepContext): void {
  const start = callers.indexOf(component)
  if (start < 0) return
  const path = [...callers.slice(start), component].map((name) => `\`${name}\``).join(' -> ')
  const message = `\`${component}\` waits for itself: ${path}`
  reading.out.warning('call-cycle', span, message, 'with all its threads waiting, nobody is left to answer')
}
