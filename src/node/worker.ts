import { parentPort } from 'node:worker_threads'
import type { Job } from '../core/result/outcome.ts'
import type { Model } from '../core/model/model.ts'
import { play } from '../core/simulate/play.ts'
import type { FromWorker, ToWorker } from './player.ts'

/** A simulation thread: gets models once, then plays one job after the other. */
const models = new Map<number, Model>()
let isStopped = false

const say = (message: FromWorker): void => parentPort?.postMessage(message)

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') {
    isStopped = true
    return
  }
  if (message.kind === 'model') {
    models.set(message.id, message.model)
    return
  }
  const model = models.get(message.model)
  if (model) playJob({ ...message.job, model }).catch(report)
})

function report(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  say({ kind: 'bug', message, stack: stack ?? message })
}

async function playJob(job: Job): Promise<void> {
  isStopped = false
  const run = play(job)
  let seen = 0
  let last = performance.now()
  let step = run.next()
  while (!step.done) {
    if (performance.now() - last > 50) {
      say({ kind: 'events', events: step.value.events - seen })
      seen = step.value.events
      await new Promise((resolve) => setImmediate(resolve))
      last = performance.now()
    }
    step = run.next(isStopped)
  }
  say({ kind: 'events', events: step.value.events - seen })
  say({ kind: 'done', outcome: step.value })
}
