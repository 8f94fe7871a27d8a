import { nothing } from './estimate.ts'
import type { FlowResult, ObjectiveResult, Result } from './result.ts'

/** Answers of any sort as a share of what is offered, below which more waits with every second. */
const KEEPS_UP = 0.999

/**
 * A steady state in which a flow gets fewer answers than are asked of it is none: what waits grows without end, and the
 * times of the lucky ones who still get an answer say nothing of the others. Its response times are left out, and what
 * is asked of them is missed. Of a run, which ends, everything is left as it was measured.
 */
export function withoutUnending(result: Result): Result {
  if (result.method !== 'analysis') return result
  const behind = Object.entries(result.flows).flatMap(([id, flow]) => (isBehind(flow) ? [id] : []))
  if (behind.length === 0) return result
  const flows = Object.entries(result.flows).map(([id, flow]) => [id, behind.includes(id) ? timeless(flow) : flow])
  const isLost = ({ subject, indicator }: ObjectiveResult): boolean =>
    times.has(indicator) && (subject.kind === 'flow' ? behind.includes(subject.id) : subject.kind === 'system')
  return {
    ...result,
    flows: Object.fromEntries(flows),
    objectives: result.objectives.map((one) => (isLost(one) ? { ...one, measured: nothing, verdict: 'missed' } : one)),
  }
}

const times: ReadonlySet<string> = new Set(['mean', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max', 'fresh'])

function isBehind({ arrival_rate_per_s: arrivals, throughput_per_s: answers }: FlowResult): boolean {
  return arrivals.value !== null && answers.value !== null && answers.value < KEEPS_UP * arrivals.value
}

const timeless = (flow: FlowResult): FlowResult => ({
  ...flow,
  response_time_s: {
    mean: nothing,
    p50: nothing,
    p75: nothing,
    p90: nothing,
    p95: nothing,
    p99: nothing,
    p999: nothing,
    max: nothing,
  },
})
