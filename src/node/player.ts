import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Job, Model, Outcome } from '../core/index.ts'
import { play } from '../core/index.ts'
import { isOutOfMemory } from './memory-watch.ts'
import { OperationError } from './operation-error.ts'

/** Plays replications, somewhere. */
export interface Player {
  /** Outcomes in the order of the jobs; after `stop` fewer, and the last ones cut. */
  readonly play: (jobs: readonly Job[], control: Control) => Promise<readonly Outcome[]>
  readonly close: () => Promise<void>
}

export interface Control {
  /** Finish now with what was measured. */
  readonly stop: AbortSignal
  readonly onEvents: (events: number) => void
}

/** @param jobs number of threads; null = one per core */
export function createPlayer(jobs: number | null): Player {
  const threads = jobs ?? availableParallelism()
  return threads <= 1 ? inProcess() : onThreads(threads)
}

function memoryFull(): OperationError {
  const hint = 'bound the queues (`limits: { concurrency, queue }`), or measure for a shorter time: --duration 10s'
  return new OperationError('the memory is full: more requests wait in the design than can be kept', { hint })
}

/** Looked at the outside world this often. */
const BREATH_MS = 25

function inProcess(): Player {
  const breath = { last: performance.now() }
  return {
    play: async (jobs, control) => {
      const outcomes: Outcome[] = []
      for (const job of jobs) {
        if (control.stop.aborted) break
        const outcome = await playHere(job, control, breath).catch((error: unknown) => {
          throw isOutOfMemory(error) ? memoryFull() : error
        })
        outcomes.push(outcome)
      }
      return outcomes.filter((outcome) => outcome.statistics.measured > 0)
    },
    close: async () => undefined,
  }
}

/** One job in chunks; between them timers and signals get their turn, also over many short jobs. */
async function playHere(job: Job, { stop, onEvents }: Control, breath: { last: number }): Promise<Outcome> {
  const run = play(job)
  let seen = 0
  let step = run.next()
  while (!step.done) {
    if (performance.now() - breath.last > BREATH_MS) {
      onEvents(step.value.events - seen)
      seen = step.value.events
      await new Promise((resolve) => setImmediate(resolve))
      breath.last = performance.now()
    }
    step = run.next(stop.aborted)
  }
  onEvents(step.value.events - seen)
  return step.value
}

export type ToWorker =
  | { readonly kind: 'model'; readonly id: number; readonly model: Model }
  | { readonly kind: 'job'; readonly job: Omit<Job, 'model'>; readonly model: number }
  | { readonly kind: 'stop' }

export type FromWorker =
  | { readonly kind: 'events'; readonly events: number }
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string }

interface Task {
  readonly job: Job
  readonly control: Control
  readonly resolve: (outcome: Outcome | null) => void
  readonly reject: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  readonly models: Map<Model, number>
  task: Task | null
}

/** A fixed number of threads that take jobs from one queue. Who plays which job changes no result. */
function onThreads(most: number): Player {
  const threads: Thread[] = []
  const queue: Task[] = []
  const next = (): void => {
    while (queue.length > 0) {
      const idle = threads.find((thread) => thread.task === null) ?? (threads.length < most ? hire() : undefined)
      if (!idle) return
      const task = queue.shift()
      if (task) start(idle, task)
    }
  }
  const hire = (): Thread => {
    const thread: Thread = { worker: new Worker(workerFile()), models: new Map(), task: null }
    threads.push(thread)
    listen(thread, next)
    return thread
  }
  return {
    play: async (jobs, control) => {
      const onStop = (): void => {
        for (const task of queue.splice(0)) task.resolve(null)
        for (const { worker, task } of threads) if (task) worker.postMessage({ kind: 'stop' } satisfies ToWorker)
      }
      control.stop.addEventListener('abort', onStop, { once: true })
      const tasks = jobs.map(
        (job) =>
          new Promise<Outcome | null>((resolve, reject) => {
            if (control.stop.aborted) resolve(null)
            else queue.push({ job, control, resolve, reject })
          }),
      )
      next()
      const outcomes = await Promise.all(tasks)
      control.stop.removeEventListener('abort', onStop)
      return outcomes.filter((outcome) => outcome !== null).filter((outcome) => outcome.statistics.measured > 0)
    },
    close: async () => {
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}

/** Beside the bundle; from source (tests) the bundle is used too, since Node runs no TypeScript everywhere. */
const workerFile = (): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL('../../dist/worker.mjs', import.meta.url)
    : new URL('./worker.mjs', import.meta.url)

function start(thread: Thread, task: Task): void {
  thread.task = task
  const { model, ...job } = task.job
  let id = thread.models.get(model)
  if (id === undefined) {
    id = thread.models.size
    thread.models.set(model, id)
    thread.worker.postMessage({ kind: 'model', id, model } satisfies ToWorker)
  }
  thread.worker.postMessage({ kind: 'job', job, model: id } satisfies ToWorker)
}

function listen(thread: Thread, next: () => void): void {
  const finish = (settle: (task: Task) => void): void => {
    const task = thread.task
    thread.task = null
    if (task) settle(task)
    next()
  }
  thread.worker.on('message', (message: FromWorker) => {
    if (message.kind === 'events') return thread.task?.control.onEvents(message.events)
    if (message.kind === 'done') return finish((task) => task.resolve(message.outcome))
    const error = new Error(message.message)
    error.stack = message.stack
    finish((task) => task.reject(isOutOfMemory(error) ? memoryFull() : error))
  })
  thread.worker.on('error', (error) => {
    const why = error instanceof Error ? error.message : String(error)
    const lost = isOutOfMemory(error) ? memoryFull() : new OperationError(`a simulation thread was lost: ${why}`)
    finish((task) => task.reject(lost))
  })
}
