import { queue } from './queue.ts'
import { technology } from './technology.ts'

export const queueSqs = technology(queue, {
  id: 'sqs',
  about: 'Amazon SQS, standard queues: no machines.',
  presets: {
    overhead: {
      value: 'lognormal(mean 10.2 ms cv 0.78)',
      source: 'SQS standard: 16 ms from producer to consumer (L. van der Gaag, 2022); a send about 8 ms, p99/p50 = 5',
    },
    'work.publish': { value: '0 s', source: 'managed: it grows by itself' },
    'work.copy': { value: '0 s', source: 'managed: copies are part of the time of a send' },
    'work.deliver': { value: '0 s', source: 'managed: it grows by itself' },
    visibility: { value: '30 s', source: 'Amazon SQS Developer Guide: visibility timeout, 2025' },
    'dead-consumer': {
      value: 'after-visibility',
      source: 'Amazon SQS Developer Guide: a message that is not deleted is visible again after its timeout, 2025',
    },
    persist: { value: 'later', source: 'managed: the disk is part of the time of a send' },
    price: { value: '0 USD/month', source: 'managed: it is paid by requests' },
    'price-of-million': {
      value: '1.20 USD',
      source: 'AWS, 2024: 0.40 USD for a million requests; a message is sent, received and deleted',
    },
  },
  doesNotModel: ['120 000 messages in flight at most', 'requests that find nothing, or are for several messages'],
})
