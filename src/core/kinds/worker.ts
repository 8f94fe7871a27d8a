import { defineKind } from './define.ts'
import { withDefault } from '../text/param.ts'
import { addFleet, checkFleet, fleetParams, healthField } from './fleet.ts'

const defaults = {
  instances: '1',
  cpu: '2',
  memory: '4 GiB',
  pressedBy: 'cpu',
  health: {
    interval: '3 s',
    unhealthyAfter: '15',
    isAsked: false,
    source: 'Kafka consumer: heartbeat 3 s, session timeout 45 s, 2024',
  },
} as const

/** Takes messages from a stream, a queue or an outbox. */
export const worker = defineKind({
  id: 'worker',
  aliases: [],
  is: null,
  about: 'A program of your own that consumes messages: flows with `consume` run on it by `by`.',
  params: {
    ...fleetParams(defaults),
    health: withDefault(healthField(defaults.health), '{}', {
      help: 'How a dead instance is noticed; until then its messages wait.',
    }),
  },
  presets: {},
  parts: null,
  verbs: [],
  models: [
    'processors shared by the batches of an instance, parts of a processor',
    'autoscaling by processor use or by messages that wait, with its delays; pauses of instances',
    'messages of a dead instance wait until it is noticed (the session timeout of a consumer)',
  ],
  doesNotModel: ['sizes of batches that adapt themselves'],
  withoutEffect: {
    sla: 'nobody calls it; what it does not take waits',
    'size.network': 'nobody calls it; a card carries what is asked and answered',
  },
  check: (settings) => checkFleet(settings, defaults),
  build: (settings, bench) => {
    const { group, cpu, work } = addFleet(bench, settings)
    return { primary: cpu, group, connections: null, connectionsMost: null, work }
  },
})
