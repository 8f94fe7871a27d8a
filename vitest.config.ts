import { defineConfig } from 'vitest/config'

// A default export because vitest asks for one.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    reporters: ['default', './scripts/plain-reporter.mjs'],
    testTimeout: 120_000,
  },
})
