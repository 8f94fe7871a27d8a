import { pubSub } from './pub-sub.ts'
import { technology } from './technology.ts'

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
    delivers: { value: 'at-least-once', source: 'AWS, 2024: deliveries are tried again until they are acknowledged' },
    price: { value: '0 USD/month', source: 'managed: it is paid by publishes' },
    'price-of-million': { value: '0.50 USD', source: 'AWS, 2024: 0.50 USD for a million publishes' },
  },
  doesNotModel: ['what deliveries by HTTP, mail and text message cost'],
})
