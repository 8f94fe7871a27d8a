import type { ReviewStep } from '../base/review-step.ts'
import type { Objective } from '../model/model.ts'

/** Which question of a review an objective answers, by what it is about. */
export const indicatorSteps: Readonly<Record<Objective['indicator'], ReviewStep>> = {
  cost: 1,
  throughput: 3,
  goodput: 3,
  utilization: 3,
  'queue-length': 3,
  lag: 3,
  mean: 5,
  p50: 5,
  p75: 5,
  p90: 5,
  p95: 5,
  p99: 5,
  p999: 5,
  max: 5,
  fresh: 5,
  hit: 5,
  'wait-mean': 5,
  success: 6,
  'recovered-within': 6,
  'no-metastable': 6,
  rto: 6,
  rpo: 6,
}
