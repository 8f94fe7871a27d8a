import { unreachable } from '../base/assert.ts'
import type { Objective } from '../model/model.ts'
import type { Evidence } from './evidence.ts'
import { quantity, roughly, seconds } from './format.ts'
import { hottest, type Load } from './loads.ts'
import { isAboutFailures, type Suspect } from './suspects/define.ts'

/** The cause as one sentence: what the slow requests wait for, how full it is, since when, and who is only a victim. */
export function describe(suspect: Suspect, objective: Objective, evidence: Evidence): string {
  const sentence = mainClause({ suspect, objective, evidence })
  const victims = suspect.victims.length > 0 ? `; ${list(suspect.victims)} only ${waits(suspect.victims)} for it` : ''
  return `${sentence}${victims}${flood(suspect, evidence)}`
}

interface Telling {
  readonly suspect: Suspect
  readonly objective: Objective
  readonly evidence: Evidence
}

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')
const waits = (names: readonly string[]): string => (names.length === 1 ? 'waits' : 'wait')

function mainClause(telling: Telling): string {
  const { suspect, evidence } = telling
  const { reason, component, load, note } = suspect
  const id = `\`${component}\``
  switch (reason) {
    case 'saturation':
    case 'queue':
      return note === '' || load !== null ? full(telling, '') : `messages wait for ${id}: ${note}`
    case 'pool':
      return full(telling, load !== null && isConnection(load) ? 'a connection to' : 'a slot of')
    case 'lock':
      return full(telling, 'the lock')
    case 'limit':
      return full(telling, '')
    case 'dependency':
      return dependency(telling)
    case 'retries':
      return note === ''
        ? `retries take the time in ${id}`
        : `retries: ${note}; ${resourceName(load, component)} is full`
    case 'hot-shard':
      return load === null ? `${id} has ${note}` : `one shard of ${id} is hot: ${note}`
    case 'cold-cache':
      return `cache ${id} ${note}: misses reach what is behind it${fullBehind(load, component)}`
    case 'scaling-lag':
      return `${resourceName(load, component)} fills up before its autoscaler acts: ${note}`
    case 'fault':
      return `${note}${component === '' ? '' : ` at ${id}`}${broke(telling)}`
    case 'network':
      return note.startsWith('the round trip')
        ? `calls to ${id} cannot be answered in time: ${note}`
        : `${roughly(suspect.share)} of the slow requests' time is network round trips (${note})`
    case 'service':
      return service(telling)
    case 'pause':
      return `${id} ${note}: ${waiting(telling, '')} ${resourceName(load, component)} meanwhile (${state(load, evidence)})`
    case 'cost':
      return `${id} is the most expensive part`
    case 'unknown':
      return `no single part stands out${failed(evidence)}`
    default:
      return unreachable(reason)
  }
}

function full(telling: Telling, what: string): string {
  const { load, component } = telling.suspect
  if (telling.objective.indicator === 'utilization' && load !== null) {
    return `${resourceName(load, component)} has too much to do (${state(load, telling.evidence)})`
  }
  return `${waiting(telling, what)} ${resourceName(load, component)} (${state(load, telling.evidence)})`
}

function waiting({ suspect, objective, evidence }: Telling, what: string): string {
  const { share, load, note } = suspect
  const target = what === '' ? 'waiting for' : `waiting for ${what}`
  if (note === 'handlers of messages')
    return `messages pile up because their handlers wait for${what === '' ? '' : ` ${what}`}`
  const refuses = load !== null && load.rejected > 0 && isAboutFailures(objective, evidence)
  if (refuses) return `${roughly(share)} of the failures are requests refused by`
  if (isAboutFailures(objective, evidence)) return `requests run out of time ${target}`
  return share >= 0.05 ? `${roughly(share)} of the slow requests' time is ${target}` : `requests are ${target}`
}

function dependency({ suspect, evidence }: Telling): string {
  const { component, note, share } = suspect
  const id = `\`${component}\``
  if (note.startsWith('fault')) return `${id} is slowed (${note})${failed(evidence)}`
  if (note === 'held') return `slots are held while ${id} answers, for longer than the whole request may take`
  if (note.startsWith('the ')) return `${id} is waited for: ${note}`
  if (note.startsWith('takes') || note.startsWith('answers')) return `${id} ${note}`
  return `${roughly(share)} of the slow requests' time is the answer of ${id} itself, not waiting for a turn`
}

function service({ suspect }: Telling): string {
  const { component, note, share } = suspect
  if (note.startsWith('takes') || note.startsWith('answers')) return `\`${component}\` ${note}`
  return `${roughly(share)} of the slow requests' time is the work itself (${note}), not waiting`
}

const isConnection = ({ resource }: Load): boolean =>
  resource.kind === 'pool' && resource.label.startsWith('connection')

export function resourceName(load: Load | null, component: string): string {
  if (load === null) return `\`${component}\``
  const { resource } = load
  if (isConnection(load) && load.component !== component) return `\`${component}\` in \`${load.component}\``
  const label = resource.kind === 'station' || resource.kind === 'pool' ? resource.label : ''
  if (resource.kind === 'limiter') return `the rate limit of \`${component}\``
  return label === '' || label === component || label === 'station' ? `\`${component}\`` : `\`${component}\` ${label}`
}

function state(load: Load | null, evidence: Evidence): string {
  if (load === null) return 'not full'
  const { resource, utilization, since, copies } = load
  if (resource.kind === 'limiter') {
    const whose = resource.clients === undefined ? '' : ' for each client'
    return `${quantity(resource.rate)}/s${whose}${copies.length > 1 ? ' for each instance' : ''}`
  }
  const size = resource.kind === 'pool' ? plural(resource.slots, 'slot') : serversText(resource)
  const most = hottest(load)
  const busy = most > 1.4 * utilization ? `${precise(most)} busy at the busiest` : `${precise(utilization)} busy`
  const from = since === null || most < 0.95 ? '' : ` since t = ${seconds(evidence.written(since))}`
  return `${size}${busy}${from}`
}

const precise = (busy: number): string => `${(100 * busy).toFixed(1).replace(/\.0$/, '')}%`

function serversText(resource: Load['resource']): string {
  return resource.kind === 'station' && Number.isFinite(resource.servers) && resource.servers > 1
    ? plural(resource.servers, 'server')
    : ''
}

const plural = (n: number, word: string): string => (Number.isFinite(n) ? `${n} ${word}${n === 1 ? '' : 's'}, ` : '')

const fullBehind = (load: Load | null, cache: string): string =>
  load === null || load.component === cache
    ? ''
    : ` (${resourceName(load, load.component)} ${precise(hottest(load))} busy)`

/** What a fault does to what is asked about. */
function broke({ suspect, objective, evidence }: Telling): string {
  const cold = evidence.model.groups.find(({ component, warmUp }) => component === suspect.component && warmUp)?.warmUp
  if (objective.indicator === 'recovered-within' && cold !== undefined) {
    return `; what comes back is slow for its first ${seconds(cold.time)}`
  }
  if (objective.indicator === 'rpo') return '; writes that nobody else had are lost with it'
  if (objective.indicator === 'rto') return '; nobody answers for it until it is replaced or restored'
  return failed(evidence)
}

function failed({ failures }: Evidence): string {
  const top = failures[0]
  return top ? `; ${roughly(top.share)} of the failures are ${top.failure}` : ''
}

/** Attackers, where they bring much of the work. */
function flood({ reason, load }: Suspect, { model }: Evidence): string {
  if (load === null || load.hostile < 0.2 || reason === 'fault') return ''
  const actors = model.sources.filter((source) => source.isHostile).map(({ id }) => id)
  return `; ${roughly(load.hostile)} of its work is for ${list(actors)}`
}
