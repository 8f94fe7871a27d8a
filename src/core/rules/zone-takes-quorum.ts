import type { Group } from '../model/resource.ts'
import type { Component } from '../design/design.ts'
import { digits } from '../result/format.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { numberAt, settingAt, wordAt } from './setting.ts'
import { copiesByZone, lonelyZones, zonesAround } from './zones.ts'
import { survivesZones } from './zone-not-survived.ts'

/** Copies that are there for the loss of a zone, and go with it. */
export const zoneTakesQuorum: Rule = {
  code: 'zone-takes-quorum',
  step: 6,
  severity: 'warning',
  meaning:
    'Copies of the same rows stand so that the loss of one zone takes all of them, or so many that writes no longer get their quorum.',
  remedy:
    'Spread the copies of each shard over at least as many zones as copies may be lost (`at`, `spread`, `replicas`).',
  check: (subject) => subject.model.groups.flatMap((group) => takenByZone(subject, group)),
}

function takenByZone(subject: Subject, group: Group): readonly Breach[] {
  const { design, model } = subject
  const component = design.components.get(group.component)
  const zones = copiesByZone(model, group)
  if (component === undefined || zones.length === 0) return []
  const at = component.span
  // One zone is all there is, or one copy is all there is: nothing was spread in vain.
  if (zonesAround(model, group).length < 2 || group.perShard < 2 || !isReplicated(component)) return []
  const lonely = lonelyZones(model, group)[0]
  if (lonely !== undefined) {
    if (survivesZones(subject)) return []
    const zone = model.places[lonely]?.id ?? ''
    const copies = `all ${digits(group.perShard)} copies of ${group.shards > 1 ? 'a shard of ' : ''}\`${group.component}\``
    return [{ at, message: `${copies} stand in \`${zone}\`: the loss of that zone takes them all`, hint }]
  }
  return quorumLost(subject, group, component).map((message) => ({ at, message, hint }))
}

const hint = 'spread the copies over more zones (`at`, `spread`), or wait for fewer of them'

const isReplicated = (component: Component): boolean =>
  ['replicas', 'copies'].some(
    (key) => settingAt(component, [key]) !== undefined && settingAt(component, [key]) !== null,
  )

function quorumLost({ model }: Subject, group: Group, component: Component): readonly string[] {
  const needed = copiesForWrites(component)
  if (needed === null) return []
  for (const zones of copiesByZone(model, group)) {
    for (const [zone, copies] of zones) {
      const left = group.perShard - copies
      if (left >= needed.copies) continue
      const name = model.places[zone]?.id ?? ''
      return [
        `a write to \`${component.id}\` needs ${digits(needed.copies)} of ${digits(group.perShard)} copies (\`${needed.mode}\`), and the loss of \`${name}\` leaves ${digits(left)}`,
      ]
    }
  }
  return []
}

/** Copies that have to be there for a write, the leader included; null when it waits for none. */
function copiesForWrites(component: Component): { readonly copies: number; readonly mode: string } | null {
  // Stores without leaders have the quorum itself under `replicas`.
  const path = settingAt(component, ['replicas', 'mode']) === undefined ? ['replicas'] : ['replicas', 'mode']
  const count = (key: string): number => numberAt(component, [...path, key]) ?? 0
  switch (wordAt(component, path)) {
    case 'sync':
      return { copies: 1 + count('count'), mode: `sync(${count('count')})` }
    case 'quorum':
      return { copies: count('write'), mode: `w ${count('write')}` }
    default:
      return null
  }
}
