import type { GroupIndex, ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { optional } from '../text/param.ts'
import type { Workbench, Writer } from './define.ts'
import { type RateLimit, rateLimitField } from './limits.ts'

/** A limit for each client by itself. */
export const clientLimitParams = {
  'per-client': optional(rateLimitField, {
    help: 'Token bucket of each client at each instance: what one sends beyond it is refused, the others go on.',
    effect: { at: '1/s', moves: ['attack: success down', 'success down'] },
  }),
}

export interface ClientLimitSettings {
  readonly 'per-client': RateLimit | null
}

/** Actors have buckets of their own, one for each of their clients. */
export function limitClients(
  { 'per-client': limit }: ClientLimitSettings,
  bench: Workbench,
  group: GroupIndex,
): (write: Writer) => readonly Step[] {
  const limiters = new Map<string, ResourceIndex>()
  return (write) => {
    if (limit === null) return []
    const { clients } = write
    if (clients === null) {
      bench.mind(
        `\`${bench.component}\` limits each client, but \`${write.flow}\` comes from nobody knows how many: write \`clients\``,
      )
      return []
    }
    const name = `${clients} ${write.isHostile}`
    const found = limiters.get(name)
    const id = `${bench.component} limit per client`
    const limiter = found ?? bench.addResource({ kind: 'limiter', id, group, ...limit, clients })
    limiters.set(name, limiter)
    return [{ kind: 'admit', limiter }]
  }
}
