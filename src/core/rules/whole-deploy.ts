import { digits, seconds } from '../result/format.ts'
import type { Rule } from './define.ts'
import { isRecord, settingAt } from './setting.ts'

/** A deployment stops all instances before any new one starts. */
export const wholeDeploy: Rule = {
  code: 'whole-deploy',
  step: 6,
  severity: 'warning',
  meaning:
    'A component is deployed by stopping all of its instances and then starting new ones: for as long as that takes, nobody answers. Done often, it is the largest planned part of downtime.',
  remedy:
    '`deploy: { strategy: rolling }` with at least two instances, or `blue-green`; `recreate` only where two versions cannot run beside each other.',
  check: ({ design }) =>
    [...design.components.values()].flatMap((component) => {
      const deploy = settingAt(component, ['deploy'])
      if (!isRecord(deploy) || deploy['strategy'] !== 'recreate') return []
      const [takes, every] = [deploy['takes'], deploy['every']]
      const time = typeof takes === 'number' ? takes : 0
      const often = typeof every === 'number' && every > 0 ? `, ${digits((30 * 86_400) / every)} times a month` : ''
      return [
        {
          at: component.span,
          message: `each deployment of \`${component.id}\` is an outage of ${seconds(time)}${often}`,
          hint: 'write `deploy: { strategy: rolling }`',
        },
      ]
    }),
}
