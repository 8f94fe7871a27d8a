import { kneeOf } from '../result/knee.ts'
import { singleServer, target } from '../result/knee.test-support.ts'
import { leverEffects, leversOf } from '../result/levers.ts'
import { flowToShow, type KneeReport } from './knee-scale.ts'

const targets = [target('p99', '<', 0.2), target('success', '>', 0.95), target('p50', '<', 0.1)]
export const options = { from: 0.1, to: 1.5, asked: ['ask'] }

export function deskReport(): KneeReport {
  const at = singleServer({ rate: 80, capacity: 100, share: 0.1 }, targets)
  const knee = kneeOf(at, options)
  const settings = [
    { path: 'servers', value: '1' },
    { path: 'instances', value: '1' },
  ]
  const levers = leversOf({ component: 'desk', settings }, false).map((lever) => ({ ...lever, component: 'desk' }))
  const effects = leverEffects(levers, () => singleServer({ rate: 80, capacity: 200, cost: 180 }, targets), {
    ...options,
    objective: 0,
    cost: 100,
  })
  return {
    file: 'desk.yaml',
    version: '0.1.0',
    result: { ...at(1), trust: ['response times are within 10 %'] },
    knee: { ...knee, levers: effects },
    flow: flowToShow(knee, ['ask']),
    solved: 47,
    wall: 0,
    command: 'loadpath knee desk.yaml',
  }
}
