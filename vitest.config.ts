import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { plainReporter } from './scripts/plain-reporter.ts'

const built = path.join(import.meta.dirname, 'dist', 'core.mjs')

/** Tests that play for long take the core as it is shipped: the test runner's rewriting of imports makes it five times slower. */
const shippedCore = {
  name: 'shipped-core',
  enforce: 'pre' as const,
  resolveId: (source: string, importer: string | undefined) =>
    /[/\\]tests[/\\](?:theory|causes|examples|contract)[/\\]/.test(importer ?? '') &&
    source.endsWith('src/core/index.ts')
      ? { id: built, external: true }
      : null,
}

// A default export, because vitest asks for one.
export default defineConfig({
  plugins: [shippedCore],
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['scripts/build-for-tests.ts'],
    reporters: ['default', plainReporter],
    testTimeout: 120_000,
    // All cores: by itself the runner leaves one of two idle.
    maxWorkers: '100%',
  },
})
