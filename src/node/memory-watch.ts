import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

/** How often the memory is looked at. */
const LOOK_MS = 250
/** Shares of the memory from which on a run is ended, before the system ends it. */
const SYSTEM_SHARE = 0.75
const HEAP_SHARE = 0.85

/**
 * Calls once when the memory is nearly full: of the machine, of the container, or of the heap (`--max-old-space-size`).
 * Overloaded designs keep every request that waits, and would otherwise end with the process.
 *
 * @returns ends the watch
 */
export function watchMemory(onFull: () => void): () => void {
  const container = process.constrainedMemory()
  const system = Math.min(totalmem(), container > 0 ? container : Number.POSITIVE_INFINITY)
  const timer = setInterval(() => {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
    if (process.memoryUsage.rss() < SYSTEM_SHARE * system && used < HEAP_SHARE * limit) return
    clearInterval(timer)
    onFull()
  }, LOOK_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Whether an error says that there was no memory left. */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') ||
    /array length|array buffer allocation|out of memory|allocation failed/i.test(error.message))
