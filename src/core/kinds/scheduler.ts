import { withDefault } from '../text/param.ts'
import { wholeField } from '../text/quantity-fields.ts'
import { leaderOf, noConnections } from './copies.ts'
import { defineKind } from './define.ts'
import { addProcessor, upkeepParams, pauseParams } from './fleet.ts'
import { addReplicated, failoverField } from './replication.ts'
import { addSize, checkSize, processorsOf, sizeParams } from './size.ts'

const sizeDefaults = { cpu: '1', memory: '2 GiB' } as const

/** Starts things by the clock: one instance works, others stand by. */
export const scheduler = defineKind({
  id: 'scheduler',
  aliases: ['cron'],
  is: null,
  about: 'Starts things by the clock (flows with `every` and `by`): one instance works, others stand by.',
  params: {
    standby: withDefault(wholeField({ min: 0 }), '1', {
      effect: { at: '3', moves: ['cost up'] },
      help: 'Instances that take over when the working one dies.',
    }),
    ...sizeParams(sizeDefaults),
    failover: withDefault(
      failoverField({
        detect: '15 s',
        promote: '2 s',
        source: 'Kubernetes documentation: leader election, lease of 15 s, retry of 2 s',
      }),
      '{}',
      { help: 'Until a standby takes over.' },
    ),
    ...pauseParams,
    ...upkeepParams,
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: ['one instance that works at a time, its processors, a standby that takes over'],
  doesNotModel: ['runs that are missed and made up for', 'a leader that runs twice'],
  withoutEffect: { 'size.network': 'nobody calls it; a card carries what is asked and answered' },
  check: (settings) => checkSize(settings, sizeDefaults),
  build: (settings, bench) => {
    const { standby, failover } = settings
    const group = addReplicated(bench, failover, { followers: standby })
    const { cpu } = processorsOf(settings)
    const { station, work } = addProcessor(bench, group, { cpu, pauses: settings['slow-mode'] })
    addSize(bench, group, settings)
    return {
      primary: station,
      group,
      ...noConnections,
      work,
      call: (inner) => ({ group, pick: leaderOf('uniform'), steps: inner, send: 0, receive: 0 }),
    }
  },
})
