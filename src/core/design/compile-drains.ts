import { nearestNames } from '../base/nearest.ts'
import type { Step } from '../model/step.ts'
import type { Assembly, Built } from './compile-bench.ts'
import { makeCall } from './compile-call.ts'
import { askFor, at, type Here } from './compile-here.ts'
import type { Step as WrittenStep } from './design.ts'

/** What a component writes to others in the background, in batches: caches that write behind. */
export function compileDrains(assembly: Assembly, nowhere: Here): void {
  for (const built of assembly.built.values()) {
    for (const { log, store, every } of built.behaviour.drains ?? []) {
      const id = assembly.resources[log]?.id ?? store
      const steps = writeSteps(assembly, built, store, at({ ...nowhere, flow: id, isBatch: true }, built))
      const { span } = built.component
      assembly.later.push({
        flow: { id, steps, priority: 1, isConsumer: true, isHostile: false, span },
        consumer: {
          log,
          group: built.behaviour.group,
          batchMax: BATCH_MOST,
          batchWait: every,
          poll: 0,
          atOnce: 1,
          // oxlint-disable-next-line no-thenable -- a key of the language, never awaited
          failed: { retry: 0, backoff: 1, then: 'block' },
          delivery: 'at-least-once',
        },
      })
    }
  }
}

/** Rows of one statement (assumption: what drivers send together). */
const BATCH_MOST = 100

function writeSteps(assembly: Assembly, from: Built, store: string, here: Here): readonly Step[] {
  const { out, built } = assembly
  const [name = '', part = null] = store.split('.')
  const to = built.get(name)
  const { span } = from.component
  if (to?.behaviour.write === undefined) {
    const near = nearestNames(name, built.keys(), 1)[0]
    const message = `\`${from.component.id}\` writes behind to \`${store}\`, which is no table of a store`
    out.error('unknown-component', span, message, near === undefined ? undefined : `did you mean \`${near}\`?`)
    return []
  }
  const target = { component: name, part, path: null, span }
  const step: WrittenStep = {
    verb: 'write',
    policy: {},
    priority: null,
    isOptional: false,
    span,
    target,
    rows: null,
    pages: { law: 'fixed', value: 1 },
    consistency: 'default',
  }
  const ask = {
    ...askFor(assembly, step, here, to),
    rows: null,
    count: { fixed: 1, times: 'items' as const },
    path: null,
    consistency: 'default' as const,
    isInTransaction: false,
  }
  const access = to.behaviour.write(ask)
  return [makeCall(assembly, here, { access, to, step, send: 0, receive: 0, isForwarded: false })]
}
