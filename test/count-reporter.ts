/** Ends a test run with one plain line, `N passed, N failed`, that scripts can read. */
import type { Reporter, TestCase } from 'vitest/node'

class CountReporter implements Reporter {
  #counts = { passed: 0, failed: 0, skipped: 0 }

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result()
    if (state !== 'pending') this.#counts[state] += 1
  }

  onTestRunEnd(modules: readonly { errors(): unknown[] }[], errors: readonly unknown[]): void {
    const { passed, skipped } = this.#counts
    const broken = modules.filter((module) => module.errors().length > 0).length + errors.length
    const failed = this.#counts.failed + broken
    // After the default reporter's own summary, which is printed in the same event.
    process.on('exit', () => process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`))
  }
}

export default CountReporter
