/** Names what was skipped, and closes the run with one plain line that any tool can read. */
export default class PlainReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state, note } = test.result()
        if (state === 'skipped') console.log(`skipped: ${test.fullName}${note ? ` (${note})` : ''}`)
        if (state in count) count[state] += 1
      }
      if (module.errors().length > 0) count.failed += 1
    }
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
  }
}
