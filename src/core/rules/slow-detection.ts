import type { Seconds } from '../base/units.ts'
import type { Component, Design, Scenario } from '../design/design.ts'
import type { Group } from '../model/resource.ts'
import { seconds } from '../result/format.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { namesIn, settingAt } from './setting.ts'

/** Nobody notices a dead instance before the time by which everything was to be well again. */
export const slowDetection: Rule = {
  code: 'slow-detection',
  step: 6,
  severity: 'warning',
  meaning:
    'A dead instance keeps getting requests until its health check fails often enough, and a dead leader is replaced later still. Together that takes longer than the recovery that was promised.',
  remedy: 'Check health more often (`health: { interval, unhealthy-after }`), or promise less.',
  check: (subject) => {
    const goals = [...recoveryGoals(subject.design), ...scenarioGoals(subject.design)]
    return subject.model.groups.flatMap((group) => tooSlow(subject, group, goals))
  },
}

interface Goal {
  readonly within: Seconds
  readonly text: string
  readonly isAbout: (component: Component) => boolean
}

/** `recovery: { links: { rto: 15 min } }`: of a component, of one of its tables, or of a class of data. */
function recoveryGoals({ requirements }: Design): readonly Goal[] {
  return [...requirements.recovery].flatMap(([name, { rto }]) =>
    rto === null
      ? []
      : [
          {
            within: rto,
            text: `\`${name}\` is to be back within ${seconds(rto)}`,
            isAbout: (component: Component) => component.id === name || keeps(component, name),
          },
        ],
  )
}

const keeps = (component: Component, name: string): boolean =>
  ['tables', 'keyspaces', 'topics'].some((key) => namesIn(settingAt(component, [key])).includes(name))

/** `expect: { system: [recovered-within 60 s] }` after a component, or a place with some of it, was killed. */
function scenarioGoals({ scenarios }: Design): readonly Goal[] {
  return [...scenarios.values()].flatMap((scenario) =>
    scenario.expect.flatMap(({ indicator, relation, target, text }) =>
      indicator === 'recovered-within' && relation.startsWith('<')
        ? [
            {
              within: target,
              text: `scenario \`${scenario.id}\` expects ${text}`,
              isAbout: (component: Component) => isKilled(scenario, component),
            },
          ]
        : [],
    ),
  )
}

const isKilled = ({ faults }: Scenario, { id, at }: Component): boolean =>
  faults.some(({ kind, target }) => {
    if (kind !== 'kill') return false
    if (target.kind !== 'place') return target.id === id
    return at.some(
      (place) => place === target.id || target.id.startsWith(`${place}.`) || place.startsWith(`${target.id}.`),
    )
  })

function tooSlow({ design }: Subject, group: Group, goals: readonly Goal[]): readonly Breach[] {
  const component = design.components.get(group.component)
  const isReplaced = group.perShard > 1 && Number.isFinite(group.promote)
  const noticed = Math.max(group.detect, isReplaced ? group.promote : 0)
  const missed = component && goals.filter(({ within, isAbout }) => within < noticed && isAbout(component))
  const tightest = missed?.toSorted((a, b) => a.within - b.within)[0]
  if (tightest === undefined || component === undefined) return []
  return [
    {
      at: component.span,
      message: `it takes ${seconds(noticed)} until a dead ${isReplaced ? 'leader' : 'instance'} of \`${group.component}\` is out of the way, but ${tightest.text}`,
      hint: isReplaced
        ? 'let another copy take over sooner (`failover: { detect, promote }`)'
        : 'check its health more often (`health: { interval, unhealthy-after }`)',
    },
  ]
}
