import { stream } from './stream.ts'
import { technology } from './technology.ts'

export const streamKafka = technology(stream, {
  id: 'kafka',
  about: 'Apache Kafka without ZooKeeper: brokers, topics, consumer groups.',
  presets: {
    'failover.detect': { value: '9 s', source: 'Kafka: broker.session.timeout.ms, 2024' },
    'failover.promote': { value: '1 s', source: 'Kafka: election after the session timeout, below 1 s, 2024' },
  },
  doesNotModel: ['the wait of a fetch by followers beyond its round trip', 'transactions and exactly-once'],
})
