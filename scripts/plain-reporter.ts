import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'

/** Names what was skipped and why, and ends the run with one plain line that any tool can read. */
export const plainReporter: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += 1
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        count[state] += 1
        if (state === 'skipped') console.log(`skipped: ${module.relativeModuleId}: ${test.fullName} (${reason(test)})`)
      }
    }
    // A test that never came to an end did not pass.
    console.log(`${count.passed} passed, ${count.failed + count.pending} failed, ${count.skipped} skipped`)
  },
}

/** `context.skip('why')` leaves a note; `it.skip`, `it.todo` and a name filter leave none. */
function reason(test: TestCase): string {
  const result = test.result()
  if (result.state === 'skipped' && result.note !== undefined) return result.note
  return test.options.mode === 'todo' ? 'still to be written' : 'no reason given'
}
