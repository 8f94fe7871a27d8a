import { pubSub } from './pub-sub.ts'
import { technology } from './technology.ts'

export const pubSubNats = technology(pubSub, {
  id: 'nats',
  about: 'NATS without storage: at most once.',
  presets: {
    'work.publish': {
      value: '0.2 us',
      source: 'NATS documentation: nats bench, 2025: 4.9 M messages/s with one subscriber',
    },
    'work.deliver': {
      value: '0.2 us',
      source: 'NATS documentation: nats bench, 2025: 4.9 M messages/s with one subscriber',
    },
  },
  doesNotModel: ['JetStream: take a `stream`'],
})
