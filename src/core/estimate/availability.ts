import type { Ratio } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type {
  Availability,
  AvailabilityCause,
  AvailabilityResult,
  ErrorBudget,
  ShareResult,
  SinglePoint,
} from '../result/availability.ts'
import { componentAvailabilities } from './component-availability.ts'
import { deadOf } from './failure-environment.ts'
import { FailureAnswers, type StateAnswer } from './failure-answers.ts'
import { type FailureCause, failureCauses, type FailureState, failureStates, plannedText } from './failures.ts'
import { momentsOf } from './failure-moments.ts'

export interface AvailabilityOptions {
  /** States that are solved at most; left out = 60. */
  readonly most?: number
}

const MONTH_MIN = 30 * 24 * 60
const MOST_SOLVED = 60

/**
 * What failures cost in the long run: every state in which some causes are down, by its probability, with the load that
 * what is left has to carry; and the moments until a failure is noticed and another copy leads. States that are not
 * solved may be anything between nothing and what the best part of them gives.
 */
export function availabilityOf(model: Model, { most = MOST_SOLVED }: AvailabilityOptions = {}): AvailabilityResult {
  const causes = failureCauses(model)
  const { states, rest } = failureStates(causes)
  const answers = new FailureAnswers(model, most)
  const whole = answers.of(new Map()) ?? nothingKnown(model)
  const singles = causes.map(({ victims }) => answers.of(deadOf([victims])))
  const moments = causes.map((cause, i) => momentsOf(model, cause, singles[i] ?? null, causes, answers))
  const played = states.map((state) => ({ state, ...answerTo(state, { model, causes, singles, answers, whole }) }))
  const context: Context = { model, causes, singles, whole, played, moments: thinned(moments, played, singles), rest }
  const asked = model.flows.flatMap(({ isHostile }, flow) => (isHostile ? [] : [flow]))
  const flows = asked.map((flow) => {
    const id = model.flows[flow]?.id ?? ''
    const one = availabilityFor([flow], isAbout(id), context)
    return [id, { ...one, budget: budgetOf(model, id, one) }] as const
  })
  const front = asked.filter((flow) => model.flows[flow]?.isConsumer !== true)
  const left = rest + played.reduce((sum, { state, isKnown }) => sum + (isKnown ? 0 : state.probability), 0)
  return {
    system: availabilityFor(front, () => true, context),
    flows: Object.fromEntries(flows),
    components: componentAvailabilities(model, causes, states),
    single_points: singlePoints(context, front),
    states: { listed: states.length, solved: answers.solved, left_out_ratio: left },
    assumptions: assumptionsOf(causes),
  }
}

/** Where others are down as well, one more failure may leave nothing, and there is as little to lose before it. */
function thinned(
  moments: readonly StateLoss[],
  played: readonly Played[],
  singles: readonly (StateAnswer | null)[],
): readonly StateLoss[] {
  return moments.map(({ success, missed }, i) => {
    const with_ = played.filter(({ state }) => state.down.includes(i))
    const time = with_.reduce((sum, { state }) => sum + state.probability, 0)
    const left = success.map((_, flow) => {
      const alone = singles[i]?.success[flow]?.value ?? 0
      const mean = with_.reduce(
        (sum, { state, answer }) => sum + state.probability * (answer.success[flow]?.value ?? 1),
        0,
      )
      return time > 0 && alone > 0 ? Math.min(1, mean / time / alone) : 1
    })
    const most = Math.max(0, ...left)
    return {
      success: success.map((loss, flow) => loss * (left[flow] ?? 1)),
      missed: missed.map((share) => share * most),
    }
  })
}

interface Played {
  readonly state: FailureState
  readonly answer: StateAnswer
  /** False: only its bounds are known. */
  readonly isKnown: boolean
}

export interface Context {
  readonly model: Model
  readonly causes: readonly FailureCause[]
  /** With one of the causes alone; null = not solved. */
  readonly singles: readonly (StateAnswer | null)[]
  readonly whole: StateAnswer
  readonly played: readonly Played[]
  /** Of each cause: seconds of everything lost, in one second, until it is noticed and somebody leads again. */
  readonly moments: readonly StateLoss[]
  readonly rest: Ratio
}

export interface StateLoss {
  /** Of Model.flows. */
  readonly success: readonly Ratio[]
  /** Share of time in which an objective is missed that else holds, by its position. */
  readonly missed: readonly Ratio[]
}

const nothingKnown = (model: Model): StateAnswer => ({
  success: model.flows.map(() => ({ value: 1, low: 0, high: 1 })),
  objectives: [],
  unpromised: model.flows.map(() => new Map()),
})

type Asking = Pick<Context, 'model' | 'causes' | 'singles' | 'whole'> & { readonly answers: FailureAnswers }

/** A state is solved, or as bad as the worst of its causes alone is, which none of the others makes better. */
function answerTo({ down }: FailureState, { model, causes, singles, whole, answers }: Asking): Omit<Played, 'state'> {
  const parts = down.map((i) => singles[i] ?? null)
  const known = parts.filter((one) => one !== null)
  const best = whole.success.map((all, flow) =>
    known.reduce(
      (least, { success }) => ((success[flow]?.value ?? 1) < least.value ? (success[flow] ?? least) : least),
      all,
    ),
  )
  // Nothing is left to be lost.
  if (best.every(({ value }) => value === 0)) return { answer: worstOf(known, best), isKnown: true }
  const answer = answers.of(deadOf(down.map((i) => causes[i]?.victims ?? [])))
  if (answer !== null) return { answer, isKnown: true }
  const bounds = best.map(({ value, high }) => ({ value: value / 2, low: 0, high }))
  return { answer: { ...worstOf(known, bounds), success: bounds }, isKnown: model.flows.length === 0 }
}

const worstOf = (known: readonly StateAnswer[], success: StateAnswer['success']): StateAnswer => ({
  success,
  unpromised: [],
  objectives: known.toSorted((a, b) => missedIn(b) - missedIn(a))[0]?.objectives ?? [],
})

const missedIn = ({ objectives }: StateAnswer): number =>
  objectives.filter(({ verdict }) => verdict === 'missed').length

type IsMeant = (objective: StateAnswer['objectives'][number]) => boolean

const isAbout =
  (id: string): IsMeant =>
  ({ subject }) =>
    subject.kind === 'system' || (subject.kind === 'flow' && subject.id === id)

/** Of some flows, weighted alike; of what is asked of them everything has to hold. */
function availabilityFor(flows: readonly number[], isMeant: IsMeant, context: Context): Availability {
  const answered = answeredBy(flows, context)
  const value = Math.max(0, answered.value)
  return {
    answered,
    held: heldOver(isMeant, context),
    down_min_per_month: (1 - value) * MONTH_MIN,
    causes: causesOf(flows, context),
  }
}

const over = (flows: readonly number[], of: (flow: number) => number): number =>
  flows.length === 0 ? 1 : flows.reduce((sum, flow) => sum + of(flow), 0) / flows.length

function answeredBy(flows: readonly number[], { played, moments, rest }: Context): ShareResult {
  const sum = (key: 'value' | 'low' | 'high'): number =>
    played.reduce(
      (all, { state, answer }) => all + state.probability * over(flows, (flow) => answer.success[flow]?.[key] ?? 1),
      0,
    )
  const moment = moments.reduce((all, { success }) => all + over(flows, (flow) => success[flow] ?? 0), 0)
  return {
    value: clamped(sum('value') + rest / 2 - moment),
    low: clamped(sum('low') - moment),
    high: clamped(sum('high') + rest - moment),
  }
}

const clamped = (share: number): Ratio => Math.min(1, Math.max(0, share))

/** Share of time in which all that is meant holds; what is undecided may or may not. */
function heldOver(isMeant: IsMeant, { played, moments, whole, rest }: Context): ShareResult | null {
  const meant = whole.objectives.flatMap((objective, i) => (isMeant(objective) ? [i] : []))
  if (meant.length === 0) return null
  let [held, open] = [0, rest]
  for (const { state, answer, isKnown } of played) {
    const verdicts = meant.map((i) => answer.objectives[i]?.verdict ?? 'undecided')
    if (verdicts.includes('missed')) continue
    if (isKnown && verdicts.every((verdict) => verdict === 'met')) held += state.probability
    else open += state.probability
  }
  const moment = moments.reduce((all, { missed }) => all + Math.max(0, ...meant.map((i) => missed[i] ?? 0)), 0)
  return { value: clamped(held + open / 2 - moment), low: clamped(held - moment), high: clamped(held + open - moment) }
}

/** What takes good answers away: in a state with several causes each by what it takes alone. */
function causesOf(flows: readonly number[], context: Context): readonly AvailabilityCause[] {
  const { causes, singles, whole, played, moments } = context
  const lost = new Map<string, { minutes: number; ids: Set<string> }>()
  const add = (title: string, id: string, share: number): void => {
    const known = lost.get(title) ?? { minutes: 0, ids: new Set<string>() }
    known.minutes += share * MONTH_MIN
    known.ids.add(id)
    lost.set(title, known)
  }
  const best = over(flows, (flow) => whole.success[flow]?.value ?? 1)
  const lossOf = (answer: StateAnswer | null): number =>
    answer === null ? 0 : Math.max(0, best - over(flows, (flow) => answer.success[flow]?.value ?? 1))
  for (const { state, answer } of played) {
    const loss = state.probability * lossOf(answer)
    if (loss === 0) continue
    const alone = state.down.map((i) => lossOf(singles[i] ?? null))
    const all = alone.reduce((sum, one) => sum + one, 0)
    for (const [position, i] of state.down.entries()) {
      const cause = causes[i]
      const part = all > 0 ? (alone[position] ?? 0) / all : 1 / state.down.length
      if (cause !== undefined && part > 0) add(cause.title, cause.id, loss * part)
    }
  }
  for (const [i, { success }] of moments.entries()) {
    const cause = causes[i]
    const loss = over(flows, (flow) => success[flow] ?? 0)
    if (cause !== undefined && loss > 0) add(cause.title, cause.id, loss)
  }
  for (const { title, share } of promisesOver(flows, whole)) add(title, title, share)
  const promised = promisesOver(flows, whole).reduce((sum, { share }) => sum + share, 0)
  if (best + promised < 1 - 1e-12) add('no failure at all', 'no failure at all', 1 - best - promised)
  const whole_ = [...lost.values()].reduce((sum, { minutes }) => sum + minutes, 0)
  return [...lost]
    .filter(([, { minutes }]) => minutes > 0)
    .map(([cause, { minutes, ids }]) => ({
      cause,
      count: ids.size,
      down_min_per_month: minutes,
      share: minutes / whole_,
    }))
    .sort((a, b) => b.down_min_per_month - a.down_min_per_month)
}

/** What providers do not promise, by who does not. */
function promisesOver(flows: readonly number[], { unpromised }: StateAnswer) {
  const titles = [...new Set(flows.flatMap((flow) => [...(unpromised[flow]?.keys() ?? [])]))]
  return titles.map((name) => ({
    title: `what ${name} does not promise`,
    share: over(flows, (flow) => unpromised[flow]?.get(name) ?? 0),
  }))
}

/** The strictest `success` objective of a flow as minutes of a month. */
function budgetOf(model: Model, id: string, { answered }: Availability): ErrorBudget | null {
  const targets = model.objectives.flatMap(({ indicator, subject, relation, target }) => {
    const isMeant = subject.kind === 'system' || (subject.kind === 'flow' && subject.id === id)
    return indicator === 'success' && relation.startsWith('>') && isMeant ? [target] : []
  })
  if (targets.length === 0) return null
  const target = Math.max(...targets)
  const allowed = 1 - target
  return {
    target,
    min_per_month: allowed * MONTH_MIN,
    spent_ratio: allowed > 0 ? (1 - answered.value) / allowed : Infinity,
  }
}

/** Most good answers are gone. */
const MOST_LOST: Ratio = 0.5

function singlePoints({ model, causes, singles, whole }: Context, flows: readonly number[]): readonly SinglePoint[] {
  const points = new Map<string, { flows: Set<string>; minutes: number }>()
  for (const [i, cause] of causes.entries()) {
    const answer = singles[i]
    const hit = flows.filter((flow) => {
      const before = whole.success[flow]?.value ?? 1
      return answer !== undefined && answer !== null && (answer.success[flow]?.value ?? 1) < MOST_LOST * before
    })
    if (hit.length === 0) continue
    const known = points.get(cause.title) ?? { flows: new Set<string>(), minutes: 0 }
    for (const flow of hit) known.flows.add(model.flows[flow]?.id ?? '')
    known.minutes += cause.unavailability * MONTH_MIN
    points.set(cause.title, known)
  }
  return [...points]
    .map(([cause, { flows: hit, minutes }]) => ({ cause, flows: [...hit], down_min_per_month: minutes }))
    .sort((a, b) => b.down_min_per_month - a.down_min_per_month)
}

const assumptionsOf = (causes: readonly FailureCause[]): readonly string[] => [
  ...(causes.some(({ isStated }) => !isStated) ? [plannedText] : []),
  'causes fail independently of one another; what is in a zone or a region fails with it',
  'load is at the highest point of its shape all the time',
]
