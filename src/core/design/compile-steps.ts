import { unreachable } from '../base/assert.ts'
import { fixed } from '../model/distribution.ts'
import type { Call, Repeat, Step } from '../model/step.ts'
import type { Assembly, Built } from './compile-bench.ts'
import { effectivePolicy, ignoringFailures, makeCall, replySize } from './compile-call.ts'
import {
  compileGet,
  compilePublish,
  compilePush,
  compilePut,
  compileRows,
  compileTransaction,
} from './compile-verbs.ts'
import { watch } from './compile-checks.ts'
import { compileLater } from './compile-later.ts'
import { createWriter } from './compile-writer.ts'
import { askFor, at, type Here, pointOf, target } from './compile-here.ts'
import type { Step as WrittenStep } from './design.ts'

type Of<V extends WrittenStep['verb']> = Extract<WrittenStep, { readonly verb: V }>

/** What a list of steps of the language means as steps over resources. */
export function compileSteps(assembly: Assembly, steps: readonly WrittenStep[], here: Here): readonly Step[] {
  return steps.flatMap((step, i) => {
    const inner = step.priority === null ? here : { ...here, priority: step.priority }
    const compiled = compileStep(assembly, step, inner, i === steps.length - 1)
    return step.isOptional && compiled.length > 0 ? [ignoringFailures(compiled)] : compiled
  })
}

function compileStep(assembly: Assembly, step: WrittenStep, here: Here, isLast: boolean): readonly Step[] {
  const verb = (one: WrittenStep, where: Here): readonly Step[] => compileVerb(assembly, one, where, isLast)
  const compiled = compileLater(assembly, step, here, verb) ?? verb(step, here)
  return [...promiseOf(assembly, step, here), ...compiled]
}

/**
 * What their providers do not promise of a component and of those passed on the way to it fails before any is asked, so
 * that no retry helps: an outage lasts longer than a request.
 */
function promiseOf(assembly: Assembly, step: WrittenStep, here: Here): readonly Step[] {
  if (!('target' in step)) return []
  const to = target(assembly, step.target.component)
  const passed = step.verb === 'call' ? step.via.map((name) => target(assembly, name)) : []
  const promising = [...passed, to].filter(({ upkeep }) => (upkeep.sla ?? 1) < 1)
  if (promising.length === 0) return []
  const promised = promising.reduce((all, { upkeep }) => all * (upkeep.sla ?? 1), 1)
  // Who goes on without it does so then, too.
  const isBorne = (effectivePolicy(assembly, here, { to, step }).onFail ?? 'error') !== 'error'
  return isBorne
    ? []
    : [
        {
          kind: 'fail',
          failure: 'error',
          probability: 1 - promised,
          promisedBy: promising.map(({ component }) => component.id),
        },
      ]
}

function compileVerb(assembly: Assembly, step: WrittenStep, here: Here, isLast: boolean): readonly Step[] {
  switch (step.verb) {
    case 'work':
      return compileWork(assembly, step, here)
    case 'wait':
      return [{ kind: 'delay', time: step.time, point: pointOf(assembly, step, here, 'wait', 'delay') }]
    case 'call':
      return compileCall(assembly, step, here)
    case 'get':
      return compileGet(assembly, step, here)
    case 'put':
      return compilePut(assembly, step, here)
    case 'read':
    case 'write':
      return compileRows(assembly, step, here)
    case 'tx':
      return compileTransaction(assembly, step, here)
    case 'publish':
      return compilePublish(assembly, step, here)
    case 'push':
      return compilePush(assembly, step, here)
    case 'reply':
      return isLast ? [] : [{ kind: 'reply' }]
    case 'fail':
      return [{ kind: 'fail', failure: step.failure, probability: step.probability }]
    case 'try':
      return [
        {
          kind: 'attempt',
          steps: compileSteps(assembly, step.steps, here),
          otherwise: compileSteps(assembly, step.otherwise, here),
        },
      ]
    case 'hold':
      return compileHold(assembly, step, here)
    case 'parallel':
      return [compileParallel(assembly, step, here)]
    case 'choose':
      return compileChoose(assembly, step, here)
    case 'each':
    case 'repeat':
      return compileLoop(assembly, step, here)
    default:
      return unreachable(step)
  }
}

function compileWork(assembly: Assembly, step: Of<'work'>, here: Here): readonly Step[] {
  const built = assembly.built.get(here.component)
  const time =
    step.perKilobyte === 0
      ? step.time
      : ({ law: 'shifted', by: (step.perKilobyte * here.received) / 1000, of: step.time } as const)
  const work = built?.behaviour.work
  if (work !== undefined) {
    return work(
      time,
      { each: step.each, times: 'items' },
      createWriter(assembly, here, { component: here.component, span: step.span }),
    )
  }
  const where =
    built === undefined ? `actor \`${here.component}\`` : `\`${here.component}\` (${built.component.writtenKind})`
  const hint = 'put it under a `call` to a service or station'
  assembly.out.error('work-nowhere', step.span, `${where} has no processor to do this \`work\``, hint)
  return []
}

function compileCall(assembly: Assembly, step: Of<'call'>, here: Here): readonly Step[] {
  const to = target(assembly, step.target.component)
  const operation = step.operation === null ? [] : (to.component.operations.get(step.operation) ?? [])
  const nested = [...operation, ...step.steps]
  const inner = compileSteps(assembly, nested, at(here, to, { received: step.send }))
  const chain = [...step.via.map((name) => target(assembly, name)), to]
  const lookups = chain.slice(0, -1).findIndex(({ behaviour }) => behaviour.isLookup !== true)
  const asked = chain.slice(0, lookups < 0 ? chain.length - 1 : lookups)
  const call = callThrough(assembly, step, here, {
    chain: chain.slice(asked.length),
    inner,
    receive: replySize(nested),
    isForwarded: false,
  })
  if (call === null) return []
  const questions = asked.flatMap((one) => {
    const route = { chain: [one], inner: [], receive: 0, isForwarded: false }
    return callThrough(assembly, { ...step, send: 0 }, here, route) ?? []
  })
  return [...questions, asked.reduce((toNext, one) => passedOn(assembly, one, toNext), call)]
}

interface Route {
  /** Balancers on the way, then who is meant. */
  readonly chain: readonly Built[]
  readonly inner: readonly Step[]
  readonly receive: number
  readonly isForwarded: boolean
}

/** A balancer takes the request, picks an instance of the next its own way, and waits for the answer. */
function callThrough(assembly: Assembly, step: Of<'call'>, here: Here, route: Route): Call | null {
  const [to, ...rest] = route.chain
  if (to === undefined) return null
  const next = callThrough(assembly, step, at(here, to), { ...route, chain: rest, isForwarded: true })
  const steps = next === null ? route.inner : [passedOn(assembly, to, next)]
  const access = to.behaviour.call?.(steps, askFor(assembly, step, here, to))
  if (access === undefined) return null
  const { receive, isForwarded } = route
  return makeCall(assembly, here, { access, to, step, send: step.send, receive, isForwarded })
}

/** What is in front of somebody else picks an instance of it, by what it knows. */
function passedOn(assembly: Assembly, by: Built, call: Call): Call {
  const { forwards } = by.behaviour
  if (forwards === undefined) return call
  watch(assembly, by, call.to, forwards.checks)
  return forwards.pick === undefined ? call : { ...call, pick: { ...call.pick, ...forwards.pick } }
}

function compileHold(assembly: Assembly, step: Of<'hold'>, here: Here): readonly Step[] {
  const to = target(assembly, step.target.component)
  const held = to.behaviour.hold?.(askFor(assembly, step, here, to))
  if (held === undefined) return []
  const order = { to, step, send: 0, receive: 0, isForwarded: false }
  const writer = askFor(assembly, step, here, to).write
  return [
    makeCall(assembly, here, { ...order, access: held.acquire }),
    writer.hold(held.pool, [
      ...compileSteps(assembly, step.steps, here),
      makeCall(assembly, here, { ...order, access: held.release }),
    ]),
  ]
}

function compileParallel(assembly: Assembly, step: Of<'parallel'>, here: Here): Step {
  return {
    kind: 'parallel',
    branches: step.branches.map(({ steps, giveUp }) => ({ steps: compileSteps(assembly, steps, here), giveUp })),
    need: step.need,
    point: pointOf(assembly, step, here, 'join', 'join'),
  }
}

/** In a batch what is decided is decided for each message. */
function compileChoose(assembly: Assembly, step: Of<'choose'>, here: Here): readonly Step[] {
  const inside = { ...here, isBatch: false }
  const choose: Step = {
    kind: 'choose',
    branches: step.branches.map(({ probability, steps }) => ({
      probability,
      steps: compileSteps(assembly, steps, inside),
    })),
  }
  return here.isBatch ? [perMessage(assembly, step, here, [choose])] : [choose]
}

function compileLoop(assembly: Assembly, step: Of<'each'> | Of<'repeat'>, here: Here): readonly Step[] {
  const isEach = step.verb === 'each'
  const groupsOf = isEach ? step.inGroupsOf : 1
  const inside = { ...here, isBatch: false, isGrouped: groupsOf > 1 || (here.isGrouped && !isEach) }
  const loop: Repeat = {
    kind: 'repeat',
    count: step.count,
    times: null,
    groupsOf,
    atOnce: isEach ? step.atOnce : 1,
    hasNewKeys: isEach,
    steps: compileSteps(assembly, step.steps, inside),
    point: pointOf(assembly, step, here, step.verb, 'join'),
  }
  return here.isBatch ? [perMessage(assembly, step, here, [loop])] : [loop]
}

const perMessage = (assembly: Assembly, step: WrittenStep, here: Here, steps: readonly Step[]): Step => ({
  kind: 'repeat',
  count: fixed(1),
  times: 'items',
  groupsOf: 1,
  atOnce: 1,
  hasNewKeys: true,
  steps,
  point: pointOf(assembly, step, here, 'messages', 'join'),
})
