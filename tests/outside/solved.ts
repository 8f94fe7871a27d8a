import * as core from '../../src/core/index.ts'
import type { Model, Result } from '../../src/core/index.ts'
import type { Solution } from '../../src/core/result/solution.ts'

/** The analytic engine, as the core has it; null while it has none. */
interface Engine {
  readonly solve: (model: Model) => Solution
  readonly analysed: (
    model: Model,
    solution: Solution,
    facts: { readonly hash: string; readonly wall: number; readonly trust: readonly string[] },
  ) => Result
}

const found = core as unknown as Partial<Engine>

/**
 * Why the solver is not held to these answers, or null. `SOLVER=1` asks all the same: what it says then is the list of
 * what is left to do.
 */
export const notThere: string | null =
  process.env['SOLVER'] === '1' ? null : 'the analytic engine is not held to them yet: SOLVER=1 asks it'

/** The answer of the analytic engine. */
export function solved(model: Model): Result {
  const { solve, analysed } = found
  if (solve === undefined || analysed === undefined) throw new Error(notThere ?? '')
  return analysed(model, solve(model), { hash: '', wall: 0, trust: [] })
}
