import type { Group, GroupIndex } from '../model/resource.ts'
import { digits } from '../result/format.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { callSites } from './walk.ts'
import { names } from './wording.ts'
import { lonelyZones } from './zones.ts'

/** The loss of any zone is to be survived, but a component stands in one zone. */
export const zoneNotSurvived: Rule = {
  code: 'zone-not-survived',
  step: 6,
  severity: 'warning',
  meaning:
    'The requirements say that the loss of any zone is survived, but all copies of a component that flows need stand in one zone.',
  remedy: 'At least two instances or copies over two zones (`at`, `spread`, `instances`, `replicas`).',
  check: (subject) => {
    if (!survivesZones(subject)) return []
    const needed = neededGroups(subject)
    return [...needed].toSorted((a, b) => a - b).flatMap((group) => standsInOneZone(subject, group))
  },
}

/** `survive: [any zone]` */
export const survivesZones = ({ design }: Subject): boolean =>
  design.requirements.survive.some(({ text }) => ['any zone', 'one zone'].includes(text.trim().split(/\s+/).join(' ')))

function standsInOneZone({ design, model }: Subject, index: GroupIndex): readonly Breach[] {
  const group = model.groups[index]
  const component = group && design.components.get(group.component)
  if (group === undefined || component === undefined) return []
  const zones = lonelyZones(model, group)
  if (zones.length === 0) return []
  const where = names(zones.map((zone) => model.places[zone]?.id ?? ''))
  return [
    {
      at: component.span,
      message: `\`${component.id}\` has ${whatStands(group)} in ${where}, but the loss of any zone is to be survived`,
      hint: 'spread at least two copies over two zones',
    },
  ]
}

function whatStands({ shards, perShard }: Group): string {
  if (shards > 1) return perShard > 1 ? 'all copies of a shard' : 'the only copy of a shard'
  return perShard > 1 ? `all its ${digits(perShard)} instances` : 'its only instance'
}

/** Called in a way that makes its caller fail, or at work on messages. */
function neededGroups(subject: Subject): ReadonlySet<GroupIndex> {
  const consuming = subject.model.consumers.map(({ group }) => group)
  const called = callSites(subject).filter(({ call }) => call.onFail === 'error')
  return new Set([...consuming, ...called.map(({ call }) => call.to)])
}
