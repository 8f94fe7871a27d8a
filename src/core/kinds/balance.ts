import type { Pick } from '../model/step.ts'
import { fieldOf, listOf } from '../text/field.ts'
import { optional, withDefault } from '../text/param.ts'
import { countField } from '../text/quantity-fields.ts'
import { type Balance, readBalance } from '../text/scalars/choices.ts'
import type { Ask, SettingsProblem, Workbench } from './define.ts'

const balanceField = fieldOf<Balance>(
  '`round-robin`, `random`, `least-requests`, `random-two`, `weighted` or `hash(key)`',
  { type: 'string' },
  readBalance,
)

/** How an instance is picked. @param whose  for help: `its instances` */
export const balanceParams = (whose: string) => ({
  balance: withDefault(balanceField, 'round-robin', {
    effect: { at: 'random', moves: ['mean up', 'p99 up', 'hottest up'] },
    help: `How one of ${whose} is picked for each request.`,
  }),
  weights: optional(listOf(countField({ above: 0 })), {
    effect: { at: '[9, 1]', with: ['balance=weighted', 'weights=[1, 1]'], moves: ['hottest up', 'mean up', 'p99 up'] },
    help: 'For `balance: weighted`: one weight per instance, from the first again when there are more instances.',
  }),
})

export interface BalanceSettings {
  readonly balance: Balance
  readonly weights: readonly number[] | null
}

export function checkBalance({ balance, weights }: BalanceSettings): readonly SettingsProblem[] {
  if (balance.kind === 'weighted' && weights === null) {
    const message = '`balance: weighted` needs `weights`: one for each instance'
    return [{ severity: 'error', code: 'balance-weights', param: 'balance', message, hint: 'add `weights: [3, 1]`' }]
  }
  if (balance.kind !== 'weighted' && weights !== null) {
    const message = `\`weights\` count only with \`balance: weighted\`, not with \`${balance.kind}\``
    return [{ severity: 'warning', code: 'no-effect', param: 'weights', message }]
  }
  return []
}

/** Keys that `hash(key)` hashes when the request has drawn none: so many, all alike (assumption). */
const HASHED_KEYS = 1_000_000

/** Which instance of a group without shards. */
export function pickOf(
  { balance, weights }: BalanceSettings,
  bench: Workbench,
  ask: { readonly keyDomain: Ask['keyDomain'] },
): Pick {
  const anywhere: Pick = { shardBy: 'uniform', within: balance.kind, position: 0, weights: weights ?? [] }
  if (balance.kind !== 'hash') return anywhere
  return { ...anywhere, shardBy: ask.keyDomain ?? bench.keyDomain(HASHED_KEYS, 0) }
}

/** How what stands in front of others picks one of what is behind it. */
export function forwardsOf(settings: BalanceSettings, bench: Workbench): { readonly pick: Partial<Pick> } {
  const { within, weights, shardBy } = pickOf(settings, bench, { keyDomain: null })
  return { pick: shardBy === 'uniform' ? { within, weights } : { within, weights, shardBy } }
}
