import { pubSub } from './pub-sub.ts'
import { technology } from './technology.ts'

export const pubSubNats = technology(pubSub, {
  id: 'nats',
  about: 'NATS without storage: at most once.',
  presets: {
    delivers: { value: 'at-most-once', source: 'NATS documentation: core NATS delivers at most once, 2025' },
    pending: { value: '64 MB', source: 'NATS documentation: max_pending, 2025: a slower consumer is cut off' },
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
