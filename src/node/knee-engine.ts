import { type At, analysed, type Model, solve, type Unknown } from '../core/index.ts'

interface EngineOptions {
  readonly hash: string
  /** Numbers with a range: they are taken at their value. */
  readonly unknowns: readonly Unknown[]
  readonly onSolved: () => void
}

/**
 * What the design does at so many times its load, by the analytic engine. What slow requests spend their time on, and
 * whether there is a second steady state, is asked of the load as written alone.
 */
export function engineOf(model: Model, { hash, unknowns, onSolved }: EngineOptions): At {
  const trust =
    model.faults.length > 0 ? ['what goes wrong in the scenario is left out: this is a time without it'] : []
  return (load) => {
    onSolved()
    const solution = solve(model, { load, isBrief: load !== 1 })
    return analysed(model, solution, { hash, wall: 0, trust, unknowns })
  }
}
