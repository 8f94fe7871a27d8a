import { dataAge, quantity, seconds } from '../result/format.ts'
import type { RecoveryResult, Result } from '../result/result.ts'
import { type Style, wrap } from './layout.ts'

const MARGIN = ' '.repeat(12)

/** What failures cost that nobody gets back: writes, data, time without a leader. Empty when they cost nothing. */
export function lossLines(results: readonly Result[], most: number, style: Style): readonly string[] {
  const all = results.flatMap(({ scenario, components }) =>
    Object.entries(components).flatMap(([id, { recovery }]) => {
      if (recovery === undefined || (recovery.lost_writes === 0 && recovery.lost_age_s === 0)) return []
      const where = results.length > 1 ? `${scenario}: ` : ''
      return [`${where}\`${id}\` ${lossText(recovery)}`]
    }),
  )
  return all
    .slice(0, most)
    .flatMap((text, i) => wrap(`${i === 0 ? 'lost        ' : MARGIN}${text}`, style.width, MARGIN))
}

function lossText({ lost_writes: writes, lost_age_s: age, outage_s: outage, is_over: isOver }: RecoveryResult): string {
  const count = writes > 0 ? `${quantity(writes)} answered ${writes === 1 ? 'write' : 'writes'}, ` : ''
  const whole = `${count}${dataAge(age)}`
  if (outage === 0) return whole
  return `${whole}; ${isOver ? '' : 'still '}without a leader for ${seconds(outage)}`
}
