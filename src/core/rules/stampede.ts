import { harmonic } from '../base/zipf.ts'
import type { PerSecond, Seconds } from '../base/units.ts'
import type { Cache, ResourceIndex } from '../model/resource.ts'
import type { Lookup, Step } from '../model/step.ts'
import { digits, perSecond, seconds } from '../result/format.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { leastTime } from './hold-time.ts'
import { trafficOf } from './traffic.ts'
import { visitFlow } from './walk.ts'

/**
 * So many requests for one key at once are worth a word: more than most of what is behind a cache serves at once
 * (assumption).
 */
const HERD = 20

/** Everybody who asks for a popular key after it expired fetches it. */
export const stampede: Rule = {
  code: 'stampede',
  step: 5,
  severity: 'warning',
  meaning:
    'When a key expires, all who ask for it until it is back miss it, and each of them fetches it (`on-miss: herd`): the rate of the most popular key times the time of a fetch, all at once, each time to live.',
  remedy: '`on-miss: single-flight` (one fetches, the others wait) or `early-refresh` (one fetches before it expires).',
  check: (subject) => [...herdsOf(subject)].flatMap(([cache, herd]) => breachOf(subject, cache, herd)),
}

interface Herd {
  readonly lookup: Lookup
  readonly fetch: Seconds
  readonly rate: PerSecond
}

/** Caches whose keys expire and are fetched by all who miss them, with the slowest fetch and all who ask. */
function herdsOf(subject: Subject): ReadonlyMap<ResourceIndex, Herd> {
  const herds = new Map<ResourceIndex, Herd>()
  const { model } = subject
  const traffic = trafficOf(subject, 'least')
  for (const flow of model.flows) {
    visitFlow(subject, flow, (step, { group }) => {
      if (step.kind !== 'lookup' || !isHerd(model.resources[step.cache])) return
      const asked = callIn(step.access)
      const before = herds.get(step.cache)
      const registers = { items: 1, found: 0, missed: 1, group: 1 }
      const fetch = leastTime(step.miss, { model, group, registers }, 'end').mean
      herds.set(step.cache, {
        lookup: before?.lookup ?? step,
        fetch: Math.max(before?.fetch ?? 0, fetch),
        rate: (before?.rate ?? 0) + (asked === null ? 0 : traffic.callRate(asked)),
      })
    })
  }
  return herds
}

const isHerd = (cache: Subject['model']['resources'][number] | undefined): cache is Cache =>
  cache?.kind === 'cache' &&
  cache.onMiss === 'herd' &&
  cache.forcedHitRatio === null &&
  Number.isFinite(cache.timeToLive) &&
  cache.timeToLive > 0

const callIn = (steps: readonly Step[]) => steps.find((step) => step.kind === 'call') ?? null

function breachOf({ model }: Subject, index: ResourceIndex, { lookup, fetch, rate }: Herd): readonly Breach[] {
  const cache = model.resources[index]
  const domain = cache?.kind === 'cache' ? model.keyDomains[cache.keyDomain] : undefined
  const at = model.points[lookup.waitPoint]?.span
  if (cache?.kind !== 'cache' || domain === undefined || !at) return []
  const popular = rate / harmonic(domain.keys, domain.exponent)
  const herd = popular * Math.min(fetch, cache.timeToLive)
  if (herd < HERD) return []
  const each = domain.keys > 1 ? 'the most popular key' : 'the key'
  return [
    {
      at,
      message: `each ${seconds(cache.timeToLive)} ${each} of \`${cache.id}\` expires, and about ${digits(herd)} requests fetch it at once: ${perSecond(popular)} ask for it, and it takes ${seconds(fetch)} to come back`,
      hint: 'let one of them fetch it (`on-miss: single-flight`), or fetch it before it expires (`early-refresh`)',
    },
  ]
}
