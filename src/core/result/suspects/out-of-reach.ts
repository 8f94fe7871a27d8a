import { seconds } from '../format.ts'
import { nobody, type Suspect, type Trail } from './define.ts'

/** Calls that cannot be answered in time from some places, however fast the callee is. */
export function outOfReach({ evidence }: Trail): Suspect | null {
  const { failures, hopeless, model, failed, harmful } = evidence
  const given = failures.filter(({ failure }) => /^(?:timeout|deadline|breaker-open)$/.test(failure))
  const share = given.reduce((total, failure) => total + failure.share, 0)
  const [worst] = hopeless
  if (worst === undefined || failed < 0.01 || share < 0.5 || harmful.length > 0) return null
  const { call, place, roundTrip, timeout } = worst
  const component = model.groups[call.to]?.component ?? ''
  const note = `the round trip from ${place} takes ${seconds(roundTrip)}, and the caller waits ${seconds(timeout)}`
  return { ...nobody, component, reason: 'network', share, agree: 3, note }
}
