import type { Component } from '../design/design.ts'
import { seconds } from '../result/format.ts'
import type { Group } from '../model/resource.ts'
import type { Breach, Rule, Subject } from './define.ts'

/** Data that must not be lost, of which there is neither a second copy nor a backup; or an old one only. */
export const goalWithoutCopy: Rule = {
  code: 'goal-without-copy',
  step: 6,
  severity: 'warning',
  meaning:
    'The requirements say how much of a data set may be lost, or that it is durable, but when its disks are gone there is no copy of it: no replica, and no backup, or one that is older than what may be lost.',
  remedy: 'A replica in another zone, a `backup` at least as often as the `rpo` says, or a goal that fits.',
  check: (subject) =>
    [...subject.design.requirements.recovery].flatMap(([name, { rpo, durability, span }]) => {
      if (rpo === null && durability === null) return []
      return keepers(subject, name).flatMap(({ component, group }): readonly Breach[] => {
        const why = missing(group, rpo)
        if (why === null) return []
        return [
          {
            at: span,
            message: `\`${name}\` must not be lost, but \`${component.id}\` has ${why}`,
            hint: 'add `replicas`, or a `backup`',
            also: [component.span],
          },
        ]
      })
    }),
}

function missing({ keeps, perShard }: Group, rpo: number | null): string | null {
  if (perShard > 1) return null
  const backup = keeps?.backup ?? null
  if (backup === null) return 'one copy of it and no backup'
  if (rpo === null || backup.every <= rpo) return null
  return `one copy of it, and a backup every ${seconds(backup.every)} where ${seconds(rpo)} may be lost`
}

/** Components that keep a data set, with the group that it lies on. */
function keepers(
  { design, model }: Subject,
  name: string,
): readonly { readonly component: Component; readonly group: Group }[] {
  return [...design.components.values()].flatMap((component) => {
    const isNamed =
      component.id === name ||
      component.stores.includes(name) ||
      Object.values(component.settings).some((setting) => setting instanceof Map && setting.has(name))
    const group = model.groups.find((one) => one.component === component.id && one.keeps !== undefined)
    return isNamed && group !== undefined ? [{ component, group }] : []
  })
}
