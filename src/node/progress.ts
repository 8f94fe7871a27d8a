import type { Io } from './io.ts'

export interface Progress {
  readonly add: (events: number) => void
  readonly end: () => void
}

/** Events so far and time left, on standard error: a line that is redrawn on a terminal, else one line per 10 s. */
export function createProgress(io: Io, { eventsMost, isQuiet }: { eventsMost: number; isQuiet: boolean }): Progress {
  const start = performance.now()
  let events = 0
  let isDrawn = false
  const text = (): string => {
    const passed = (performance.now() - start) / 1000
    const share = Math.min(1, events / eventsMost)
    const left =
      share > 0.02 && Number.isFinite(eventsMost) ? ` · at most ${Math.ceil(passed / share - passed)} s more` : ''
    const soFar = `${(events / 1e6).toFixed(1)} M events · ${passed.toFixed(0)} s`
    return `simulating · ${soFar}${left} · Ctrl-C stops with a partial result`
  }
  const tick = (): void => {
    if (!io.isErrTerminal) return io.err(`${text()}\n`)
    io.err(`\r\u001b[2K${text().slice(0, io.width - 1)}`)
    isDrawn = true
  }
  const timer = isQuiet ? null : setInterval(tick, io.isErrTerminal ? 500 : 10_000)
  timer?.unref()
  return {
    add: (more) => {
      events += more
    },
    end: () => {
      if (timer) clearInterval(timer)
      if (isDrawn) io.err('\r\u001b[2K')
    },
  }
}

/** How long nothing is said of work that may be over before anybody reads it. */
const SILENT = 400

/**
 * For work that never returns to the event loop, so that no timer of it would run: a line that is redrawn on a
 * terminal, else none.
 */
export function createSteps(
  io: Io,
  { isQuiet }: { isQuiet: boolean },
): {
  readonly step: (text: string) => void
  readonly end: () => void
} {
  let last = performance.now()
  let isDrawn = false
  return {
    step: (text) => {
      const now = performance.now()
      if (isQuiet || !io.isErrTerminal || now - last < SILENT) return
      last = now
      isDrawn = true
      io.err(`\r\u001b[2K${`${text} · Ctrl-C ends it`.slice(0, io.width - 1)}`)
    },
    end: () => {
      if (isDrawn) io.err('\r\u001b[2K')
    },
  }
}
