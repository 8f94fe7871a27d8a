import { backlog } from './backlog.ts'
import { broken } from './broken.ts'
import { coldCache } from './cold-cache.ts'
import { failedCall } from './failed-call.ts'
import { hotShard } from './hot-shard.ts'
import { network } from './network.ts'
import { outOfReach } from './out-of-reach.ts'
import { pause } from './pause.ts'
import { repeated } from './repeated.ts'
import { scalingLag } from './scaling-lag.ts'
import { slowPart } from './slow-part.ts'
import { stampede } from './stampede.ts'
import { storm } from './storm.ts'
import type { Suspect, Trail } from './define.ts'

/**
 * In the order in which they are asked; the first that fits is named. What explains the others comes before them: a
 * storm before the fault that started it, a cause before the resource that it fills.
 */
export const suspects: readonly ((trail: Trail) => Suspect | null)[] = [
  storm,
  outOfReach,
  coldCache,
  stampede,
  scalingLag,
  broken,
  backlog,
  failedCall,
  repeated,
  hotShard,
  pause,
  network,
  slowPart,
]
