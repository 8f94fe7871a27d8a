import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'

/** Names what was skipped and why, and ends the run with one plain line that any tool can read. */
export const plainReporter: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const isBuildBroken = process.env['LOADPATH_BUILD'] === 'failed'
    const count = { passed: 0, failed: unhandledErrors.length + (isBuildBroken ? 1 : 0), skipped: 0, pending: 0 }
    if (isBuildBroken) console.log('failed: the build; its reason is above the tests')
    for (const module of modules) {
      count.failed += [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0).length
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
  for (let suite = test.parent; ; suite = suite.parent) {
    if (suite.errors().length > 0) return 'its set-up failed'
    if (suite.type === 'module') break
  }
  return test.options.mode === 'todo' ? 'still to be written' : 'no reason given'
}
