import type { Rule } from './define.ts'
import { overload } from './overload.ts'
import { partitionShortage } from './partition-shortage.ts'
import { poolOverLimit } from './pool-over-limit.ts'
import { repeatedPublish } from './repeated-publish.ts'
import { retriesMultiply } from './retries-multiply.ts'
import { roundTripOverObjective } from './round-trip-over-objective.ts'
import { scanRead } from './scan-read.ts'
import { selfWaitingMiss } from './self-waiting-miss.ts'
import { singleInstance } from './single-instance.ts'
import { slowConsumers } from './slow-consumers.ts'
import { slowDetection } from './slow-detection.ts'
import { stampede } from './stampede.ts'
import { strongReadOfReplica } from './strong-read-of-replica.ts'
import { timeoutBelowRoundTrip } from './timeout-below-round-trip.ts'
import { timeoutOverDeadline } from './timeout-over-deadline.ts'
import { ttlOverFreshness } from './ttl-over-freshness.ts'
import { unboundedHedge } from './unbounded-hedge.ts'
import { unboundedQueue } from './unbounded-queue.ts'
import { unbrakedRetry } from './unbraked-retry.ts'
import { undeclaredClass } from './undeclared-class.ts'
import { wideBreaker } from './wide-breaker.ts'
import { zoneNotSurvived } from './zone-not-survived.ts'
import { zoneTakesQuorum } from './zone-takes-quorum.ts'

/** What a design is checked for before it is played, in the order of their codes. */
export const rules: readonly Rule[] = [
  overload,
  partitionShortage,
  poolOverLimit,
  repeatedPublish,
  retriesMultiply,
  roundTripOverObjective,
  scanRead,
  selfWaitingMiss,
  singleInstance,
  slowConsumers,
  slowDetection,
  stampede,
  strongReadOfReplica,
  timeoutBelowRoundTrip,
  timeoutOverDeadline,
  ttlOverFreshness,
  unboundedHedge,
  unboundedQueue,
  unbrakedRetry,
  undeclaredClass,
  wideBreaker,
  zoneNotSurvived,
  zoneTakesQuorum,
]
