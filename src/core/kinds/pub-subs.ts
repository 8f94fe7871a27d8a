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

export const pubSubSns = technology(pubSub, {
  id: 'sns',
  about: 'Amazon SNS, standard topics: no machines.',
  presets: {
    'work.publish': { value: '0 s', source: 'managed: it grows by itself' },
    'work.deliver': { value: '0 s', source: 'managed: it grows by itself' },
    overhead: {
      value: 'lognormal(mean 20 ms cv 0.78)',
      source: 'assumption: a publish takes a fifth of the way to the subscriber',
    },
    delivery: {
      value: 'lognormal(mean 66 ms cv 0.5)',
      source: 'SNS standard: 73 ms from producer to consumer, p99 225 ms (L. van der Gaag, 2022), less the publish',
    },
    price: { value: '0 USD/month', source: 'AWS, 2024: 0.50 USD for a million publishes, which are not counted yet' },
  },
  doesNotModel: ['charges by request'],
})
