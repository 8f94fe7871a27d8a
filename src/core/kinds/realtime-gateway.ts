import type { Bytes, Seconds } from '../base/units.ts'
import { fixed } from '../model/distribution.ts'
import { fieldOf, mapped } from '../text/field.ts'
import { optional, record, withDefault } from '../text/param.ts'
import { timeField, wholeField } from '../text/quantity-fields.ts'
import { readReconnect } from '../text/scalars/choices.ts'
import { readAmount } from '../text/scalars/quantity.ts'
import { balanceParams, checkBalance, pickOf } from './balance.ts'
import { inTurn } from './copies.ts'
import { defineKind, type SettingsProblem } from './define.ts'
import { addFleet, checkFleet, fleetParams, probeHealth } from './fleet.ts'
import { connectionHolding } from './holdings.ts'
import { addGate, checkLimits, limitParams, runtimeParams } from './limits.ts'
import { processorsOf, type SizeSettings } from './size.ts'

const defaults = { instances: '2', cpu: '2', memory: '4 GiB', health: probeHealth } as const

const eachBytes = mapped(
  fieldOf('a size like `24 KiB each`', { type: 'string' }, (node) => readAmount(node, 'bytes')),
  ({ value }) => value,
)

const connectionKeys = {
  'per-instance': withDefault(wholeField(), '50 k', {
    help: 'Connections that one instance holds at most.',
    source: 'planning value: 50 000 in 4 GB with TLS and state of the application, 2026',
    range: '10 k..2 M',
  }),
  memory: withDefault(eachBytes, '40 KiB each', {
    effect: { at: '900 KiB', moves: ['warnings up'] },
    help: 'Memory of a connection.',
    source: 'idle WebSocket 2-50 KB by runtime, kernel buffers 4-8, TLS 20-50 (2025)',
    range: '10 KiB..120 KiB',
  }),
  heartbeat: optional(timeField({ above: 0 }), {
    effect: { at: '5 s', moves: ['busy up'] },
    help: 'Time between two signs of life of each connected client (closed users whose flows call it); nothing: none.',
  }),
  reconnect: optional(fieldOf('`storm(over 60 s)`', { type: 'string' }, readReconnect), {
    effect: {
      at: 'storm(over 20 s)',
      with: ['connections.reconnect=storm(over 1 s)'],
      moves: [
        'disconnect: success up',
        'disconnect: p99 down',
        'disconnect: mean down',
        'crash: mean down',
        'crash: p99 down',
      ],
    },
    help: 'Clients that lose their connection come back within this time.',
  }),
}

/** Holds connections of clients and pushes messages to them. */
export const realtimeGateway = defineKind({
  id: 'realtime-gateway',
  aliases: [],
  is: null,
  about: 'Holds the connections of clients (WebSocket, server-sent events) and pushes messages to them.',
  params: {
    ...fleetParams(defaults),
    ...runtimeParams,
    ...limitParams,
    ...balanceParams('its instances'),
    connections: withDefault(record(connectionKeys, 'connections'), '{}', { help: 'Of clients, held open.' }),
    push: withDefault(timeField(), '15 us', {
      effect: { at: '20 ms', moves: ['mean up'] },
      help: 'Processor time of a message to a client.',
      source: 'assumption: a frame, its encryption and a system call',
      range: '5 us..100 us',
    }),
  },
  presets: {},
  parts: null,
  verbs: ['call', 'push'],
  models: [
    'processor time of requests and of pushed messages',
    'connections that an instance has room for, by number and by memory',
    'heartbeats of all that are connected',
    'clients that come back after they lost their connection',
  ],
  doesNotModel: ['which client is connected where: messages go to instances in turn', 'heartbeats that are missed'],
  withoutEffect: {},
  holdingsOf: ({ connections }) => [connectionHolding(connections.memory)],
  check: (settings) => [
    ...checkFleet(settings, defaults),
    ...checkLimits(settings),
    ...checkBalance(settings),
    ...checkMemory(settings),
  ],
  build: (settings, bench) => {
    const { connections, push } = settings
    const { group, cpu, work } = addFleet(bench, settings)
    const gate = addGate(bench, group, settings)
    return {
      primary: cpu,
      group,
      connections: null,
      connectionsMost: Math.min(connections['per-instance'], byMemory(settings)),
      work,
      ...(connections.reconnect === null ? {} : { reconnects: connections.reconnect }),
      ...(connections.heartbeat === null ? {} : { heartbeat: { every: connections.heartbeat, work: push } }),
      call: (inner, ask) => ({
        group,
        pick: pickOf(settings, bench, ask),
        steps: gate.pass(inner, ask),
        send: 0,
        receive: 0,
      }),
      push: ({ write, count, size }) => {
        const { times } = count
        const each = push * count.fixed
        const steps =
          times === null
            ? work(fixed(each), { each: 0, times: 'items' }, write)
            : work(fixed(0), { each, times }, write)
        return { group, pick: inTurn, steps, send: size ?? 0, receive: 0 }
      },
    }
  },
})

interface ConnectionSettings extends SizeSettings {
  readonly connections: {
    readonly 'per-instance': number
    readonly memory: Bytes
    readonly heartbeat: Seconds | null
  }
}

/** Connections that the memory of an instance has room for. */
const byMemory = (settings: ConnectionSettings): number =>
  settings.connections.memory === 0 ? Infinity : Math.floor(processorsOf(settings).memory / settings.connections.memory)

function checkMemory(settings: ConnectionSettings): readonly SettingsProblem[] {
  const most = byMemory(settings)
  const wanted = settings.connections['per-instance']
  if (most >= wanted) return []
  const message = `its memory has room for ${most} connections of an instance, \`per-instance\` says ${wanted}`
  return [{ severity: 'warning', code: 'memory-full', param: 'connections', message, hint: 'add memory or instances' }]
}
