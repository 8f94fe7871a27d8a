import { type At, analysed, fillsOf, type Model, solve, type Unknown, usersRatio } from '../core/index.ts'

interface EngineOptions {
  readonly hash: string
  /** Numbers with a range: they are taken at their value. */
  readonly unknowns: readonly Unknown[]
  /** Figures alone, and not how far off they may be. */
  readonly isBrief: boolean
  readonly onSolved: () => void
}

/**
 * What the design does at so many times its load, by the analytic engine. Whether there is a second
 * steady state is asked of the load as written alone.
 */
export function engineOf(model: Model, { hash, unknowns, isBrief, onSolved }: EngineOptions): At {
  const trust =
    model.faults.length > 0 ? ['what goes wrong in the scenario is left out: this is a time without it'] : []
  return (load) => {
    onSolved()
    const solution = solve(model, { load, isBrief: isBrief && load !== 1, isOneState: load !== 1 })
    const users = usersRatio(model, load)
    return {
      ...analysed(model, solution, { hash, wall: 0, trust, unknowns }),
      fills: fillsOf(model, solution),
      ...(users === null ? {} : { users_ratio: users }),
    }
  }
}
