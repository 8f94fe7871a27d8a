import { scaled } from '../model/distribution.ts'
import { withDefault } from '../text/param.ts'
import { ratioField } from '../text/quantity-fields.ts'
import { addCopies, addServers, inTurn, noConnections, unlimited } from './copies.ts'
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
      effect: { at: '10%', moves: ['mean up'] },
    }),
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: ['work on a device that nobody else uses'],
  doesNotModel: ['several requests of one device at once, its connections, its battery'],
  withoutEffect: {},
  build: ({ speed }, bench) => {
    const group = addCopies(bench, { perShard: 1, detect: 0 })
    const device = addServers(bench, group, { ...unlimited, name: 'device', label: 'cpu' })
    return {
      primary: null,
      group,
      ...noConnections,
      work: (time, { each, times }, write) => [
        write.serve(device, scaled(time, 1 / speed), { each: each / speed, times }),
      ],
      call: (inner) => ({ group, pick: inTurn, steps: inner, send: 0, receive: 0 }),
    }
  },
})
