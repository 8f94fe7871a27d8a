import type { Rule } from './define.ts'
import { cachedSecret } from './cached-secret.ts'
import { chattyCalls } from './chatty-calls.ts'
import { concatenatedQuery } from './concatenated-query.ts'
import { dualWrite } from './dual-write.ts'
import { exposedAdministration } from './exposed-administration.ts'
import { exposedStore } from './exposed-store.ts'
import { flowWithoutObjective } from './flow-without-objective.ts'
import { goalWithoutCopy } from './goal-without-copy.ts'
import { hotKey } from './hot-key.ts'
import { longChain } from './long-chain.ts'
import { missingAuthorization } from './missing-authorization.ts'
import { missingTimeout } from './missing-timeout.ts'
import { moreThanAsked } from './more-than-asked.ts'
import { neededCache } from './needed-cache.ts'
import { overload } from './overload.ts'
import { partitionShortage } from './partition-shortage.ts'
import { passwordInClear } from './password-in-clear.ts'
import { plaintextAtRest } from './plaintext-at-rest.ts'
import { poolOverLimit } from './pool-over-limit.ts'
import { promiseBelowObjective } from './promise-below-objective.ts'
import { rareObjective } from './rare-objective.ts'
import { repeatedPublish } from './repeated-publish.ts'
import { retriesMultiply } from './retries-multiply.ts'
import { roundTripOverObjective } from './round-trip-over-objective.ts'
import { scanRead } from './scan-read.ts'
import { selfWaitingMiss } from './self-waiting-miss.ts'
import { sharedBackups } from './shared-backups.ts'
import { sharedBoundary } from './shared-boundary.ts'
import { sharedDatabase } from './shared-database.ts'
import { shippedTooLate } from './shipped-too-late.ts'
import { singleInstance } from './single-instance.ts'
import { slowConsumers } from './slow-consumers.ts'
import { slowDetection } from './slow-detection.ts'
import { stampede } from './stampede.ts'
import { strongReadOfReplica } from './strong-read-of-replica.ts'
import { teamTooSmall } from './team-too-small.ts'
import { timelineTooShort } from './timeline-too-short.ts'
import { timeoutBelowRoundTrip } from './timeout-below-round-trip.ts'
import { timeoutOverDeadline } from './timeout-over-deadline.ts'
import { ttlOverFreshness } from './ttl-over-freshness.ts'
import { unattributedWrite } from './unattributed-write.ts'
import { unauthenticatedLink } from './unauthenticated-link.ts'
import { unboundedHedge } from './unbounded-hedge.ts'
import { unboundedQueue } from './unbounded-queue.ts'
import { unbrakedRetry } from './unbraked-retry.ts'
import { undeclaredClass } from './undeclared-class.ts'
import { undeclaredRecipient } from './undeclared-recipient.ts'
import { unencryptedLink } from './unencrypted-link.ts'
import { unfilteredQuery } from './unfiltered-query.ts'
import { unlimitedEntry } from './unlimited-entry.ts'
import { unstatedClass } from './unstated-class.ts'
import { unstatedGoal } from './unstated-goal.ts'
import { unstatedSecurity } from './unstated-security.ts'
import { wholeDeploy } from './whole-deploy.ts'
import { wideBreaker } from './wide-breaker.ts'
import { wideFanOut } from './wide-fan-out.ts'
import { zoneNotSurvived } from './zone-not-survived.ts'
import { zoneTakesQuorum } from './zone-takes-quorum.ts'

/** What a design is checked for before it is played, in the order of their codes. */
export const rules: readonly Rule[] = [
  cachedSecret,
  chattyCalls,
  concatenatedQuery,
  dualWrite,
  exposedAdministration,
  exposedStore,
  flowWithoutObjective,
  goalWithoutCopy,
  hotKey,
  longChain,
  missingAuthorization,
  missingTimeout,
  moreThanAsked,
  neededCache,
  overload,
  partitionShortage,
  passwordInClear,
  plaintextAtRest,
  poolOverLimit,
  promiseBelowObjective,
  rareObjective,
  repeatedPublish,
  retriesMultiply,
  roundTripOverObjective,
  scanRead,
  selfWaitingMiss,
  sharedBackups,
  sharedBoundary,
  sharedDatabase,
  shippedTooLate,
  singleInstance,
  slowConsumers,
  slowDetection,
  stampede,
  strongReadOfReplica,
  teamTooSmall,
  timelineTooShort,
  timeoutBelowRoundTrip,
  timeoutOverDeadline,
  ttlOverFreshness,
  unattributedWrite,
  unauthenticatedLink,
  unboundedHedge,
  unboundedQueue,
  unbrakedRetry,
  undeclaredClass,
  undeclaredRecipient,
  unencryptedLink,
  unfilteredQuery,
  unlimitedEntry,
  unstatedClass,
  unstatedGoal,
  unstatedSecurity,
  wholeDeploy,
  wideBreaker,
  wideFanOut,
  zoneNotSurvived,
  zoneTakesQuorum,
]
