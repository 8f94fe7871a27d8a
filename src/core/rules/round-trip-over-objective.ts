import type { Model, Objective } from '../model/model.ts'
import { percent, seconds } from '../result/format.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { networkTravels, type Travel } from './network-path.ts'

/** An objective that the way over the network alone misses. */
export const roundTripOverObjective: Rule = {
  code: 'round-trip-over-objective',
  step: 1,
  severity: 'warning',
  meaning:
    'The round trips that follow one another on the path of a flow take longer than its objective allows, before any component has done anything.',
  remedy:
    'Fewer round trips one after the other, copies nearer to those who ask, or an objective that distance allows.',
  check: (subject) => subject.model.objectives.flatMap((objective) => tooFar(subject, objective)),
}

const quantiles: Partial<Record<Objective['indicator'], number>> = {
  p50: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  p999: 0.999,
}

function tooFar({ model }: Subject, objective: Objective): readonly Breach[] {
  const { subject, indicator, relation, target, text, span } = objective
  const flow = model.flows.findIndex(({ id }) => id === subject.id)
  const quantile = quantiles[indicator]
  if (subject.kind !== 'flow' || flow < 0 || quantile === undefined || relation.startsWith('>')) return []
  const late = networkTravels(model, flow).filter(({ time }) => time >= target)
  const share = late.reduce((sum, one) => sum + one.share, 0)
  const slowest = late.toSorted((a, b) => a.time - b.time)[0]
  // A share that is just allowed may come out larger by rounding.
  if (slowest === undefined || share <= 1 - quantile + 1e-9) return []
  const who = share > 0.9995 ? 'every request' : `${percent(share)} of its requests`
  return [
    {
      at: span,
      message: `\`${subject.id}\` is promised ${text}, but round trips alone take at least ${seconds(slowest.time)} for ${who}: ${hopsText(model, slowest)}`,
      hint: 'bring what it asks nearer to its clients, or ask for less one after the other',
    },
  ]
}

/** The longest few, in the order of the way. */
function hopsText({ places }: Model, { hops }: Travel): string {
  const shown = [...hops].toSorted((a, b) => b.time - a.time).slice(0, 3)
  return hops
    .filter((hop) => shown.includes(hop))
    .map(({ from, to, time }) => `${places[from]?.id ?? ''} to ${places[to]?.id ?? ''} ${seconds(time)}`)
    .join(', ')
}
