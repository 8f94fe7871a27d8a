import { unreachable } from '../base/assert.ts'
import type { Suspect } from './cause.ts'
import type { Evidence, Load } from './evidence.ts'
import { percent, seconds } from './format.ts'

/** The cause as one sentence: what the slow requests wait for, how full it is, since when, and who is only a victim. */
export function describe(suspect: Suspect, evidence: Evidence): string {
  const sentence = mainClause(suspect, evidence)
  const victims = suspect.victims.length > 0 ? `; ${list(suspect.victims)} only ${waits(suspect.victims)} for it` : ''
  return `${sentence}${victims}`
}

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')
const waits = (names: readonly string[]): string => (names.length === 1 ? 'waits' : 'wait')

function mainClause(suspect: Suspect, evidence: Evidence): string {
  const { reason, component, load, note } = suspect
  const id = `\`${component}\``
  switch (reason) {
    case 'saturation':
    case 'queue':
    case 'dependency':
      return `${waiting(suspect)} ${resourceName(load, component)} (${state(load, evidence)})`
    case 'pool':
      return `${waiting(suspect, 'a slot of')} ${resourceName(load, component)} (${state(load, evidence)})`
    case 'lock':
      return `${waiting(suspect, 'the lock')} ${resourceName(load, component)} (${state(load, evidence)})`
    case 'retries':
      return note === ''
        ? `retries take the time in ${id}`
        : `retries: ${note}; ${resourceName(load, component)} is full`
    case 'hot-shard':
      return `one copy of ${id} is hot: ${note}`
    case 'cold-cache':
      return `cache ${id} ${note}: misses reach what is behind it${fullBehind(load, component)}`
    case 'scaling-lag':
      return `${resourceName(load, component)} fills up before its autoscaler acts: ${note}`
    case 'fault':
      return `fault "${note}"${component === '' ? '' : ` at ${id}`}${failed(evidence)}`
    case 'network':
      return suspect.load === null && note.startsWith('the round trip')
        ? `calls to ${id} cannot be answered in time: ${note}`
        : `${percent(suspect.share)} of the slow requests' time is network round trips (${note})`
    case 'service':
      return `${percent(suspect.share)} of the slow requests' time is the work itself (${note}), not waiting`
    case 'limit':
      return `${id} refuses requests: its rate limit is reached`
    case 'pause':
      return `${id} pauses`
    case 'cost':
      return `${id} is the most expensive part`
    case 'unknown':
      return `no single part stands out${failed(evidence)}`
    default:
      return unreachable(reason)
  }
}

function waiting({ share }: Suspect, what = ''): string {
  const time = share >= 0.05 ? `${percent(share)} of the slow requests' time is waiting for` : 'requests wait for'
  return what === '' ? time : `${time} ${what}`
}

export function resourceName(load: Load | null, component: string): string {
  if (load === null) return `\`${component}\``
  const { resource } = load
  const label = resource.kind === 'station' || resource.kind === 'pool' ? resource.label : ''
  return label === '' || label === component || label === 'station' ? `\`${component}\`` : `\`${component}\` ${label}`
}

function state(load: Load | null, evidence: Evidence): string {
  if (load === null) return 'not full'
  const { resource, utilization, since } = load
  const size = resource.kind === 'pool' ? plural(resource.slots, 'slot') : serversText(resource)
  const from = since === null || utilization < 0.95 ? '' : ` since t = ${seconds(evidence.written(since))}`
  return `${size}${percent(utilization)} busy${from}`
}

function serversText(resource: Load['resource']): string {
  return resource.kind === 'station' && Number.isFinite(resource.servers) && resource.servers > 1
    ? plural(resource.servers, 'server')
    : ''
}

const plural = (n: number, word: string): string => (Number.isFinite(n) ? `${n} ${word}${n === 1 ? '' : 's'}, ` : '')

const fullBehind = (load: Load | null, cache: string): string =>
  load === null || load.component === cache ? '' : ` (\`${load.component}\` ${percent(load.utilization)} busy)`

function failed({ failures }: Evidence): string {
  const top = failures[0]
  return top ? `; most failures: ${top.failure} (${percent(top.share)})` : ''
}
