import type { Forwards } from '../kinds/define.ts'
import type { GroupIndex } from '../model/resource.ts'
import type { Assembly, Built } from './compile-bench.ts'

/**
 * What stands in front of others finds out about them its own way: a group is picked from by what its balancer knows.
 * The first one counts; that another one knows something else is said.
 */
export function watch(assembly: Assembly, by: Built, index: GroupIndex, checks: Forwards['checks']): void {
  const group = assembly.groups[index]
  const watcher = assembly.watched.get(index)
  const name = by.component.id
  if (checks === undefined || group === undefined || watcher === name) return
  if (watcher !== undefined) {
    assembly.trust.add(
      `\`${group.component}\` is watched by the checks of \`${watcher}\`, those of \`${name}\` do not count`,
    )
    return
  }
  assembly.watched.set(index, name)
  assembly.groups[index] = {
    ...group,
    ...(checks.detect === null ? {} : { detect: checks.detect }),
    ...(checks.eject === null ? {} : { eject: checks.eject }),
  }
}
