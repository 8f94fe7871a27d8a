import { fullest } from '../chain.ts'
import type { Suspect, Trail } from './define.ts'

/** When what started it is over the system does not come back, and attempts are many: it keeps itself down. */
export function storm({ root, evidence }: Trail): Suspect | null {
  const { lost, retries, model, window } = evidence
  const isOver = model.faults.every((fault) => Number.isFinite(fault.end)) && window !== null
  if (!isOver || lost < 0.5 || retries < 0.3) return null
  const at = root.load ?? fullest(evidence)
  if (at === null || evidence.busyAfter(at.index) < 0.8) return null
  const note = `${(1 + retries).toFixed(1)} attempts per request keep it full after what started it is over`
  return { ...root, component: at.component, load: at, reason: 'retries', agree: 3, note }
}
