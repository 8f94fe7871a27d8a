import { hottest } from '../loads.ts'
import type { Suspect, Trail } from './define.ts'

/** Without the retries there would be room: first attempts alone would not fill what is full. */
export function repeated({ root, evidence }: Trail): Suspect | null {
  const { load } = root
  const { retries } = evidence
  if (load === null || retries < 0.2 || root.reason === 'lock' || hottest(load) < 0.9) return null
  const alone = load.offered ?? hottest(load) / (1 + retries)
  if (alone >= 0.95) return null
  return { ...root, reason: 'retries', note: `${(1 + retries).toFixed(1)} attempts per request` }
}
