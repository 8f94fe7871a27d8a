import type { Ratio } from '../base/units.ts'
import type { Model, Objective } from '../model/model.ts'
import { judgeAnalysed, situationOf } from '../result/analysed-objectives.ts'
import type { ObjectiveResult } from '../result/result.ts'
import type { Solution } from '../result/solution.ts'
import { type Environment, plainEnvironment } from '../solve/environment.ts'
import { atPeakOf } from '../solve/peak.ts'
import { solve } from '../solve/solve.ts'
import { type Dead, type Phase, signatureOf, without } from './failure-environment.ts'

/** What becomes of each flow while a failure lasts. */
export interface StateAnswer {
  /** Of Model.flows: share of good answers, and the ends of what it may be. */
  readonly success: readonly { readonly value: Ratio; readonly low: Ratio; readonly high: Ratio }[]
  /** Of Model.flows: share of requests that fail because a provider does not promise more, by component. */
  readonly unpromised: readonly ReadonlyMap<string, Ratio>[]
  /** Objectives that can be told in a steady state. */
  readonly objectives: readonly ObjectiveResult[]
}

/** Objectives that a failure that lasts may break: money and what is said of a failure itself are not among them. */
const isLasting = ({ indicator }: Objective): boolean => !NOT_LASTING.has(indicator)

const NOT_LASTING: ReadonlySet<Objective['indicator']> = new Set([
  'cost',
  'rto',
  'rpo',
  'recovered-within',
  'no-metastable',
  'max',
])

/** Answers by what has failed, each solved once, and no more than so many. */
export class FailureAnswers {
  private readonly known = new Map<string, StateAnswer>()
  private readonly base: Environment
  solved = 0

  private readonly model: Model
  private readonly most: number

  constructor(model: Model, most: number) {
    this.model = model
    this.most = most
    this.base = atPeakOf(model, plainEnvironment(model))
  }

  /** null: it would be one more than is allowed. */
  of(dead: Dead, phase: Phase = 'settled'): StateAnswer | null {
    const signature = `${phase} ${signatureOf(this.model, dead)}`
    const known = this.known.get(signature)
    if (known !== undefined) return known
    if (this.solved >= this.most) return null
    this.solved += 1
    const answer = answerIn(this.model, without(this.model, this.base, dead, phase))
    this.known.set(signature, answer)
    return answer
  }

  /** With empty caches. */
  cold(): StateAnswer {
    const caches = this.model.resources.flatMap(({ kind }, index) => (kind === 'cache' ? [index] : []))
    return answerIn(this.model, { ...this.base, cold: new Set(caches) })
  }
}

function answerIn(model: Model, environment: Environment): StateAnswer {
  const solution = solve(model, { environment, isBrief: true })
  const situation = situationOf(model, solution)
  const success = model.flows.map(({ id }) => {
    const { value, low, high } = situation.figures.flows[id]?.success_ratio ?? { value: 1, low: 1, high: 1 }
    return { value: value ?? 1, low: low ?? 0, high: high ?? 1 }
  })
  const objectives = model.objectives.filter(isLasting).map((objective) => judgeAnalysed(objective, situation))
  return { success, objectives, unpromised: unpromisedIn(model, solution) }
}

function unpromisedIn(model: Model, { promises }: Solution): StateAnswer['unpromised'] {
  const found = model.flows.map(() => new Map<string, Ratio>())
  for (const { flow, by, share } of promises) {
    const name = by.join(', ')
    found[flow]?.set(name, (found[flow]?.get(name) ?? 0) + share)
  }
  return found
}
