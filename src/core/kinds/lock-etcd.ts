import { lockService } from './lock-service.ts'
import { technology } from './technology.ts'

export const lockEtcd = technology(lockService, {
  id: 'etcd',
  about: 'etcd: three members by Raft.',
  presets: {
    'failover.detect': { value: '1 s', source: 'etcd documentation, tuning: election timeout 1000 ms, 2024' },
    'failover.promote': { value: '0.5 s', source: 'etcd documentation, tuning: a lost leader costs about 1-2 s, 2024' },
  },
  doesNotModel: ['the limit of the database of 2 GB'],
})
