import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { prepare, type Prepared, type PrepareOptions, type Result, simulate } from '../../src/core/index.ts'

export const root = path.resolve(import.meta.dirname, '../../examples')

/** Every folder of `examples/`. */
export const names = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

export interface Chosen {
  readonly scenario?: string
  readonly variant?: string
  /** Changes as `--set` takes them. */
  readonly sets?: PrepareOptions['sets']
  readonly eventsMax?: number
}

/** An example, or a scenario of it, as `loadpath check` plays it. */
export function play(
  name: string,
  { scenario = 'baseline', variant, sets = [], eventsMax = 4e6 }: Chosen = {},
): Result {
  const { models } = prepareExample(name, [scenario], variant ?? null, sets)
  return simulate(models[0]!, { seed: 1, eventsMax })
}

export function prepareExample(
  name: string,
  scenarios: readonly string[] | 'all',
  variant: string | null = null,
  sets: PrepareOptions['sets'] = [],
): Prepared {
  const file = path.join(root, name, `${name}.loadpath.yaml`)
  return prepare(readFileSync(file, 'utf8'), { file, variant, scenarios, sets, limits: {} })
}

export const verdict = (result: Result, id: string) => result.objectives.find((objective) => objective.id === id)

export const verdicts = (result: Result) => result.objectives.map((objective) => objective.verdict)

/** Codes of the warnings that `loadpath check` prints. */
export const warnings = (name: string, variant: string | null = null): readonly string[] =>
  prepareExample(name, 'all', variant).diagnostics.flatMap(({ severity, code }) =>
    severity === 'warning' ? [code] : [],
  )
