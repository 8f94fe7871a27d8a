#!/usr/bin/env node
import { exitCodes } from './exit-code.ts'
import { processIo } from './io.ts'
import { main } from './main.ts'

/** Ctrl-C once: finish with what there is; twice: stop now. */
function listenToSignals(): AbortSignal {
  const interrupted = new AbortController()
  process.on('SIGINT', () => {
    if (interrupted.signal.aborted) process.exit(exitCodes.interrupted)
    process.stderr.write('\nstopping with what is known so far; Ctrl-C again stops now\n')
    interrupted.abort()
  })
  process.on('SIGTERM', () => process.exit(exitCodes.terminated))
  return interrupted.signal
}

/** A reader that has seen enough (`| head`) closes the pipe: no reason to complain. */
function listenToPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(exitCodes.fine)
      if (stream === process.stdout) process.stderr.write(`loadpath: the output cannot be written: ${error.message}\n`)
      process.exit(exitCodes.environment)
    })
  }
}

listenToPipes()
process.exitCode = await main(process.argv.slice(2), processIo(listenToSignals()))
