import { scaled } from '../model/distribution.ts'
import { withDefault } from '../text/param.ts'
import { ratioField } from '../text/quantity-fields.ts'
import { inTurn } from './balance.ts'
import { defineKind } from './define.ts'

/** A browser, an app, a device: each user has one. */
export const client = defineKind({
  id: 'client',
  aliases: ['browser', 'app'],
  is: null,
  about: 'What users have in their hands: each request runs on a device of its own, as fast as that is.',
  params: {
    speed: withDefault(ratioField({ above: 0, max: 10 }), '50%', {
      help: 'Speed of the device, against the processor that `work` is measured on.',
      source: 'assumption: a phone of the middle class against a server',
      range: '20%..150%',
    }),
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: ['work on a device that nobody else uses'],
  doesNotModel: ['several requests of one device at once, its connections, its battery'],
  notSimulated: {},
  build: ({ speed }, bench) => {
    const group = bench.addGroup({
      id: bench.component,
      shards: 1,
      perShard: 1,
      perShardMax: 1,
      places: bench.places,
      detect: 0,
      promote: Infinity,
    })
    const device = bench.addResource({
      kind: 'station',
      id: `${bench.component} device`,
      group,
      servers: Infinity,
      discipline: 'fifo',
      waitingRoom: Infinity,
      whenFull: 'reject',
      patience: null,
      outages: null,
      label: 'cpu',
    })
    return {
      primary: null,
      group,
      connections: null,
      connectionsMost: null,
      work: (time, { each, times }, write) => [
        write.serve(device, scaled(time, 1 / speed), { each: each / speed, times }),
      ],
      call: (inner) => ({ group, pick: inTurn, steps: inner, send: 0, receive: 0 }),
    }
  },
})
