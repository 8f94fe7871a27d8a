import type { Seconds } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'
import type { GroupIndex, ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { mapOf, oneOf } from '../text/field.ts'
import { optional, record, withDefault } from '../text/param.ts'
import { lawField, timeField, wholeField } from '../text/quantity-fields.ts'
import { copyAt, leaderOf, noConnections } from './copies.ts'
import { defineKind, type Workbench, type Writer } from './define.ts'
import { addDisk, type Disk } from './disk.ts'
import { addProcessor, upkeepParams, once } from './fleet.ts'
import { addReplicated, failoverField } from './replication.ts'
import { addSize, checkSize, processorsOf, storeSizeParams } from './size.ts'

const sizeDefaults = { cpu: '2', memory: '8 GiB' } as const

const lockField = record(
  {
    slots: withDefault(wholeField(), '1', {
      effect: { at: '8', moves: ['mean down'] },
      help: 'How many may hold it at once: 1 for a lock, more for licences.',
    }),
    order: withDefault(oneOf('fifo', 'lifo', 'priority'), 'fifo', {
      effect: { at: 'lifo', moves: ['p50 down', 'p99 up'] },
      help: 'Who of those that wait is next.',
    }),
    wait: optional(timeField({ above: 0 }), {
      effect: { at: '1 ms', moves: ['success down'] },
      help: 'Longest wait; then the request is rejected. Nothing: for ever.',
    }),
  },
  'a lock',
)

interface Lock {
  readonly slots: number
  readonly order: 'fifo' | 'lifo' | 'priority'
  readonly wait: Seconds | null
}

const plainLock: Lock = { slots: 1, order: 'fifo', wait: null }

/** Locks and licences by name, agreed on by a few servers. */
export const lockService = defineKind({
  id: 'lock-service',
  aliases: [],
  is: null,
  about: 'Locks by name (`hold: locks.orders`), kept by servers that agree on every change.',
  params: {
    locks: withDefault(mapOf(lockField), '{}', {
      help: 'Locks that are not plain ones; a name that a flow uses needs no entry.',
    }),
    servers: withDefault(wholeField(), '3', {
      effect: { at: '5', moves: ['busy down'] },
      help: 'Servers that agree: more than half of them have to write each change.',
      source: 'etcd documentation: three or five members, 2024',
      range: '1..7',
    }),
    ...storeSizeParams(sizeDefaults),
    change: withDefault(lawField('time', 'skewed'), 'lognormal(mean 50 us cv 0.8)', {
      effect: { at: '3 ms', moves: ['mean up'] },
      help: 'Processor time of taking or giving back a lock, at each server that writes it.',
      source: 'assumption: about 20 000 small writes per second and processor',
      range: '20 us..500 us',
    }),
    failover: withDefault(
      failoverField({ detect: '1 s', promote: '0.5 s', source: 'etcd documentation: election timeout 1 s, 2024' }),
      '{}',
      { help: 'Until another server leads.' },
    ),
    ...upkeepParams,
  },
  presets: {},
  parts: 'locks',
  verbs: ['hold'],
  models: [
    'a lock that is held while nested steps run, and all that wait for it',
    'round trips to the leader, and to as many servers as have to agree, with a write to disk at each',
  ],
  doesNotModel: ['leases that run out', 'waiting locks that are told one by one (the next has it at once)'],
  withoutEffect: { 'size.network': 'what it is asked takes next to no bytes' },
  partsOf: () => null,
  check: (settings) => checkSize(settings, sizeDefaults),
  build: (settings, bench) => {
    const { servers, failover, change, size } = settings
    const group = addReplicated(bench, failover, { followers: servers - 1 })
    const processor = addProcessor(bench, group, { cpu: processorsOf(settings).cpu, pauses: null })
    addSize(bench, group, settings)
    const members = { group, servers, disk: addDisk(bench, group, size.disk), work: processor.work, change }
    const pools = lockPools(bench, group, new Map([...settings.locks].map(([name, { value }]) => [name, value])))
    return {
      primary: processor.station,
      group,
      ...noConnections,
      hold: ({ part, write }) => {
        const access = { group, pick: leaderOf('uniform'), steps: agreeSteps(write, members), send: 0, receive: 0 }
        return { pool: pools(part ?? ''), acquire: access, release: { ...access, steps: agreeSteps(write, members) } }
      },
    }
  },
})

/** The pool of a lock; made when it is asked for first. */
function lockPools(
  bench: Workbench,
  group: GroupIndex,
  locks: ReadonlyMap<string, Lock>,
): (name: string) => ResourceIndex {
  const pools = new Map<string, ResourceIndex>()
  return (name) => {
    const found = pools.get(name)
    if (found !== undefined) return found
    const { slots, order, wait } = locks.get(name) ?? plainLock
    const index = bench.addResource({
      kind: 'pool',
      id: name === '' ? bench.component : `${bench.component}.${name}`,
      group,
      slots,
      waitingRoom: Infinity,
      whenFull: 'reject',
      order,
      patience: wait ?? Infinity,
      label: 'lock',
    })
    pools.set(name, index)
    return index
  }
}

interface Members {
  readonly group: GroupIndex
  readonly servers: number
  readonly disk: Disk
  readonly work: ReturnType<typeof addProcessor>['work']
  readonly change: Distribution
}

/** The leader writes, and as many others as make more than half. */
function agreeSteps(write: Writer, { group, servers, disk, work, change }: Members): readonly Step[] {
  const local = (): readonly Step[] => [...work(change, once, write), disk.sync(write)]
  const need = Math.floor(servers / 2)
  if (need === 0) return local()
  const branches = Array.from({ length: servers - 1 }, (_, i) => [
    write.callPeer({ group, pick: copyAt(i + 1), steps: local(), send: 0, receive: 0 }),
  ])
  return [...local(), write.parallel('agreement', branches, need)]
}
