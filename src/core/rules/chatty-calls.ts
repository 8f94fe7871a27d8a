import { meanOf } from '../model/distribution.ts'
import type { Step } from '../model/step.ts'
import { digits, seconds } from '../result/format.ts'
import type { Rule, Subject } from './define.ts'
import { type CallSite, nestedLists, visitFlow } from './walk.ts'

/** Calls of one component to another for one request, one after the other, beyond which they are many. */
const MANY = 10

/** One request asks another component again and again. */
export const chattyCalls: Rule = {
  code: 'chatty-calls',
  step: 8,
  severity: 'warning',
  meaning:
    'For one request a component calls another more than ten times, one after the other: each call pays the network and the queue again (the N + 1 problem).',
  remedy: 'One call for all of them (`in-groups-of`), several at once (`at-once`), or the data where it is needed.',
  check: (subject) =>
    subject.model.flows.flatMap((flow) => {
      const repeated = repeatedCalls(subject, flow)
      return [...repeated].flatMap(([, { site, count }]) => {
        if (count <= MANY) return []
        const trip = tripOf(subject, site)
        const price = trip > 0 ? `: ${seconds(trip * count)} of network alone` : ''
        return [
          {
            at: site.span,
            message: `\`${site.caller}\` calls \`${site.callee}\` ${digits(count)} times for one \`${flow.id}\`, one after the other${price}`,
            hint: 'ask for several at once (`in-groups-of`, `at-once`)',
          },
        ]
      })
    }),
}

interface Repeated {
  readonly site: CallSite
  readonly count: number
}

/** How many rounds each call is asked in, on average, by who calls whom. */
function repeatedCalls(subject: Subject, flow: Subject['model']['flows'][number]): ReadonlyMap<string, Repeated> {
  const rounds = roundsByStep(flow.steps)
  const found = new Map<string, Repeated>()
  visitFlow(subject, flow, (step, _where, site) => {
    if (site === null || site.caller === site.callee) return
    const key = `${site.caller} ${site.callee}`
    const before = found.get(key)
    found.set(key, { site: before?.site ?? site, count: (before?.count ?? 0) + (rounds.get(step) ?? 1) })
  })
  return found
}

function roundsByStep(steps: readonly Step[]): ReadonlyMap<Step, number> {
  const rounds = new Map<Step, number>()
  const visit = (list: readonly Step[], times: number): void => {
    for (const step of list) {
      rounds.set(step, times)
      for (const [i, inner] of nestedLists(step).entries()) visit(inner, times * timesOf(step, i))
    }
  }
  visit(steps, 1)
  return rounds
}

/** Of the list inside a step: rounds of a loop, the chance of a branch. */
function timesOf(step: Step, list: number): number {
  if (step.kind === 'choose') return step.branches[list]?.probability ?? 1
  if (step.kind === 'attempt') return list === 0 ? 1 : 0
  if (step.kind !== 'repeat' || step.times !== null) return 1
  return Math.max(1, meanOf(step.count) / step.groupsOf / Math.max(1, step.atOnce))
}

/** Mean round trip between where the two stand. */
function tripOf({ model }: Subject, { callerGroup, call }: CallSite): number {
  const from = callerGroup === null ? undefined : model.groups[callerGroup]?.places[0]
  const to = model.groups[call.to]?.places[0]
  if (from === undefined || to === undefined) return 0
  const link = model.links[from * model.places.length + to]
  return link === undefined ? 0 : meanOf(link.roundTrip)
}
