import type { Bytes, Ratio, Seconds } from '../base/units.ts'
import { cdfOf, type Distribution } from '../model/distribution.ts'
import type { GroupIndex, Keeps, Placement } from '../model/resource.ts'
import type { Pick, Step } from '../model/step.ts'
import { type Field, fieldOf, oneOf } from '../text/field.ts'
import { record, withDefault } from '../text/param.ts'
import { lawField, timeField, wholeField } from '../text/quantity-fields.ts'
import { readReplicaMode, type ReplicaMode } from '../text/scalars/choices.ts'
import { addCopies, copyAt } from './copies.ts'
import type { RowAsk, SettingsProblem, Workbench, Writer } from './define.ts'
import { isNothing } from './laws.ts'
import { shorthand } from './shorthand.ts'

export interface FailoverSettings {
  readonly detect: Seconds
  readonly promote: Seconds
}

interface FailoverDefaults {
  readonly detect: string
  readonly promote: string
  readonly source?: string
}

const failing = ['zone: success down', 'crash: success down', 'failover: success down', 'zone: outage up']

export const failoverField = ({ detect, promote, source = 'assumption' }: FailoverDefaults): Field<FailoverSettings> =>
  record(
    {
      detect: withDefault(timeField(), detect, {
        effect: { at: '100 ms', moves: ['zone: success up', 'crash: success up', 'zone: outage down'] },
        help: 'Until it is noticed that an instance is dead.',
        source,
        range: '1 s..60 s',
      }),
      promote: withDefault(timeField(), promote, {
        effect: { at: '60 s', moves: failing },
        help: 'From then until the next copy leads.',
        source,
        range: '0 s..120 s',
      }),
    },
    'a failover',
  )

/** How long a shard is without a leader when it dies: for ever without another copy. */
export const promoteTime = ({ detect, promote }: FailoverSettings, replicas: number): Seconds =>
  replicas > 0 ? detect + promote : Infinity

interface Replicated {
  readonly shards?: number
  readonly followers: number
  readonly keeps?: Keeps
  readonly placement?: Placement
}

/** Shards with a leader and copies that follow it. */
export const addReplicated = (
  bench: Workbench,
  failover: FailoverSettings,
  { shards = 1, followers, ...rest }: Replicated,
): GroupIndex =>
  addCopies(bench, {
    shards,
    perShard: 1 + followers,
    detect: failover.detect,
    promote: promoteTime(failover, followers),
    ...rest,
  })

export interface Replicas {
  readonly count: number
  readonly mode: ReplicaMode
  readonly lag: Distribution
  readonly 'read-from': 'leader' | 'replica' | 'any'
  readonly failover: FailoverSettings
}

interface ReplicaDefaults {
  readonly count: string
  readonly mode: string
  readonly modeSource: string
  readonly lag: string
  readonly lagSource: string
  readonly failover: FailoverDefaults
}

/** A count, or how the copies of a shard work together. */
export function replicasField({ count, mode, modeSource, lag, lagSource, failover }: ReplicaDefaults): Field<Replicas> {
  const modeForm = '`async`, `sync(1)` or `quorum(r 2 w 2 n 3)`'
  const whole = record(
    {
      count: withDefault(wholeField({ min: 0 }), count, {
        effect: { at: '4', moves: ['cost up'] },
        help: 'Copies of each shard beside its leader.',
      }),
      mode: withDefault(fieldOf(modeForm, { type: 'string' }, readReplicaMode), mode, {
        effect: { at: 'sync(2)', moves: ['mean up'] },
        help: 'Whether a write waits for copies: for none, for so many, or for a quorum of all.',
        source: modeSource,
      }),
      lag: withDefault(lawField('time', 'skewed'), lag, {
        help: 'Until a copy that nobody waits for has a write: decides what reads may be stale enough for it.',
        source: lagSource,
        range: '1 ms..1 s',
      }),
      'read-from': withDefault(oneOf('leader', 'replica', 'any'), 'leader', {
        effect: { at: 'leader', moves: ['hottest up'] },
        help: 'Who answers reads that do not say how fresh they have to be.',
      }),
      failover: withDefault(failoverField(failover), '{}', { help: 'How a dead leader is replaced.' }),
    },
    'replicas',
  )
  return shorthand('count', wholeField({ min: 0 }), whole)
}

/** Copies beside the leader; a quorum says how many there are in all. */
export const followersOf = ({ count, mode }: Replicas): number => (mode.kind === 'quorum' ? mode.copies - 1 : count)

export function checkReplicas({ count, mode }: Replicas): readonly SettingsProblem[] {
  const problem = (message: string, hint: string): SettingsProblem => ({
    severity: 'error',
    code: 'replicas',
    param: 'replicas',
    message,
    hint,
  })
  if (mode.kind === 'sync' && mode.count > count) {
    const message = `\`mode: sync(${mode.count})\` waits for ${mode.count} copies, but there are ${count}`
    return [problem(message, `write \`count: ${mode.count}\` or more`)]
  }
  if (mode.kind !== 'quorum') return []
  const { read, write, copies } = mode
  if (read > copies || write > copies) {
    const message = `a quorum of ${Math.max(read, write)} out of ${copies} copies cannot be met`
    return [problem(message, '`r` and `w` are at most `n`')]
  }
  if (count === 0 || count === copies - 1) return []
  const message = `\`n ${copies}\` counts all copies: ${copies - 1} beside the leader, not ${count}`
  return [problem(message, `write \`count: ${copies - 1}\`, or leave it out`)]
}

/** A copy may answer a read that bears values of this age when it is that fresh this often (assumption). */
const FRESH_ENOUGH: Ratio = 0.99

/** Who of a shard answers a read. */
export function readerOf(replicas: Replicas, { consistency, isInTransaction }: Reader): Pick['within'] {
  if (followersOf(replicas) === 0 || isInTransaction) return 'leader'
  if (consistency === 'strong' || consistency === 'session') return 'leader'
  if (consistency === 'eventual') return 'replica'
  if (consistency !== 'default') return cdfOf(replicas.lag, consistency.staleBy) >= FRESH_ENOUGH ? 'replica' : 'leader'
  return replicas['read-from'] === 'any' ? 'random' : replicas['read-from']
}

type Reader = { readonly consistency: RowAsk['consistency']; readonly isInTransaction: boolean }

export interface Following {
  readonly group: GroupIndex
  readonly replicas: Replicas
  /** What a copy does with the write. */
  readonly apply: (write: Writer) => readonly Step[]
  readonly bytes: Bytes
}

/**
 * Steps at the leader after a write is safe there. `async`: answers, then the copies get it. `sync(n)`: answers when n
 * of them have it. `quorum`: when w of all n have it, the leader being one of them.
 */
export function followSteps(write: Writer, { group, replicas, apply, bytes }: Following): readonly Step[] {
  const { mode, lag } = replicas
  const followers = followersOf(replicas)
  if (followers === 0) return []
  const branches = Array.from({ length: followers }, (_, i) => [
    write.callPeer({ group, pick: copyAt(i + 1), steps: apply(write), send: bytes, receive: 0 }),
  ])
  const need = mode.kind === 'sync' ? mode.count : mode.kind === 'quorum' ? mode.write - 1 : 0
  if (need > 0) return [write.parallel('replication', branches, need)]
  const [only = []] = branches
  const steps = followers === 1 ? only : [write.parallel('replication', branches, followers)]
  const behind = isNothing(lag) ? steps : [write.delay('replication lag', lag), ...steps]
  return [{ kind: 'reply' }, { kind: 'attempt', steps: behind, otherwise: [], isReplication: true }]
}

/** The further copies that a read of `quorum(r ...)` asks, beside the one that it came to. */
export function quorumReadSteps(write: Writer, { group, replicas, apply, bytes }: Following): readonly Step[] {
  const { mode } = replicas
  if (mode.kind !== 'quorum' || mode.read < 2) return []
  const branches = Array.from({ length: mode.read - 1 }, (_, i) => [
    write.callPeer({ group, pick: copyAt(i + 1), steps: apply(write), send: 0, receive: bytes }),
  ])
  return [write.parallel('quorum', branches, branches.length)]
}
