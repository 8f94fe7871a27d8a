import { oneOf } from '../text/field.ts'
import { optional, withDefault } from '../text/param.ts'
import { lawField, moneyPerMonthField, wholeField } from '../text/quantity-fields.ts'
import { balanceParams, checkBalance, pickOf } from './balance.ts'
import { addCopies, noConnections } from './copies.ts'
import { defineKind, type SettingsProblem } from './define.ts'

/** A queue and its servers, and nothing else: no overhead, no machine. */
export const station = defineKind({
  id: 'station',
  aliases: [],
  is: null,
  about: 'A plain queueing station: servers, a waiting room, a discipline. For theory, and for what has no kind yet.',
  params: {
    servers: withDefault(wholeField({ min: 1, canBeInfinite: true }), '1', {
      effect: { at: '5', moves: ['mean down'] },
      help: 'Identical servers of each instance; `infinite`: nobody ever waits.',
    }),
    discipline: withDefault(oneOf('fifo', 'lifo', 'ps', 'priority', 'preemptive'), 'fifo', {
      effect: { at: 'ps', moves: ['p99 up'] },
      help: 'Who is served next; `ps`: all at once, sharing the servers; `preemptive`: the most urgent displaces others.',
    }),
    queue: withDefault(wholeField({ min: 0, canBeInfinite: true }), 'infinite', {
      effect: { at: '1', moves: ['success down'] },
      help: 'Places to wait.',
    }),
    'when-full': withDefault(oneOf('reject', 'drop-oldest'), 'reject', {
      effect: { at: 'drop-oldest', moves: ['surge: mean down'] },
      help: 'Who leaves when all places are taken: the one that comes, or the one that has waited longest.',
    }),
    patience: optional(lawField('time', 'fixed'), {
      effect: { at: '10 ms', moves: ['success down'] },
      help: 'Longest wait before a request gives up; drawn per visit.',
    }),
    up: optional(lawField('time', 'exponential', { isPositive: true }), {
      effect: { at: 'exp(1 s)', with: ['up=exp(60 s)', 'down=exp(1 s)'], moves: ['mean up', 'success down'] },
      help: 'Time between two breakdowns; needs `down`.',
    }),
    down: optional(lawField('time', 'exponential'), {
      effect: { at: 'exp(5 s)', with: ['up=exp(2 s)', 'down=exp(100 ms)'], moves: ['mean up', 'success down'] },
      help: 'Time of a breakdown, in which all work stands still.',
    }),
    instances: withDefault(wholeField(), '1', {
      effect: { at: '9', moves: ['busy down'] },
      help: 'Stations of this sort, each with a queue of its own.',
    }),
    ...balanceParams('its instances'),
    price: optional(moneyPerMonthField, {
      effect: { at: '777 USD/month', moves: ['cost up'] },
      help: 'Of one instance per month; nothing: free.',
    }),
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: ['exactly what it says: waiting, service, full waiting rooms, impatience, breakdowns'],
  doesNotModel: ['anything else: no processor, no memory, no overhead'],
  withoutEffect: {},
  check: (settings) => [...checkBalance(settings), ...checkBreakdowns(settings)],
  build: (settings, bench) => {
    const { servers, discipline, queue, patience, up, down, instances, price } = settings
    const group = addCopies(bench, { perShard: instances, detect: 0 })
    const index = bench.addResource({
      kind: 'station',
      id: bench.component,
      group,
      servers,
      discipline,
      waitingRoom: queue,
      whenFull: settings['when-full'],
      patience,
      outages: up && down && { up, down },
      label: 'station',
    })
    if (price !== null) bench.addCost('price as written', price, { isPerInstance: true })
    return {
      primary: index,
      group,
      ...noConnections,
      call: (inner, ask) => ({ group, pick: pickOf(settings, bench, ask), steps: inner, send: 0, receive: 0 }),
      work: (time, per, write) => [write.serve(index, time, per)],
    }
  },
})

function checkBreakdowns({ up, down }: { readonly up: unknown; readonly down: unknown }): readonly SettingsProblem[] {
  if ((up === null) === (down === null)) return []
  const [there, missing] = up === null ? ['down', 'up'] : ['up', 'down']
  const message = `\`${there}\` without \`${missing}\`: a breakdown needs both times`
  return [{ severity: 'error', code: 'breakdown', param: there, message, hint: `add \`${missing}: 5 s\`` }]
}
