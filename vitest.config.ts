import { defineConfig } from 'vitest/config'
import { plainReporter } from './scripts/plain-reporter.ts'

// A default export, because vitest asks for one.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    reporters: ['default', plainReporter],
    testTimeout: 120_000,
  },
})
