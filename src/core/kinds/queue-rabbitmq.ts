import { queue } from './queue.ts'
import { technology } from './technology.ts'

export const queueRabbitmq = technology(queue, {
  id: 'rabbitmq',
  about: 'RabbitMQ with quorum queues.',
  presets: {
    'work.publish': {
      value: 'lognormal(mean 250 us cv 0.8)',
      source:
        'RabbitMQ, Cluster Sizing, 2020: 50 000 messages/s on 40 processors with three copies: 0.8 ms each in all',
    },
    'failover.detect': { value: '5 s', source: 'RabbitMQ documentation: heartbeats of 5-20 s, 2026' },
  },
  doesNotModel: ['batching of confirms, which can take hundreds of milliseconds at light load'],
})
