import type { Ratio, Seconds } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Step } from '../model/step.ts'
import { optional, record, withDefault } from '../text/param.ts'
import { lawField, ratioField, timeField, wholeField } from '../text/quantity-fields.ts'
import { addAnswerCache, keptAnswer } from './answers.ts'
import { defineKind, type Workbench, type Writer } from './define.ts'
import { type Fleet, once } from './fleet.ts'
import { isNothing } from './laws.ts'
import { buildProxy, checkProxy, proxyParams } from './proxy.ts'

/** A managed front door for interfaces: checks who asks, counts, passes on. */
export const apiGateway = defineKind({
  id: 'api-gateway',
  aliases: [],
  is: null,
  about: 'A front door for interfaces: checks tokens, keeps to rate limits, passes requests on (`via`).',
  params: {
    ...proxyParams({
      request: {
        value: 'lognormal(mean 40 us cv 0.78)',
        source: 'NGINX (F5), Testing the Performance of NGINX, 2017: 40 000 HTTPS requests/s and core, proxied 25 000',
        range: '13 us..120 us',
      },
      overhead: {
        value: '{ p50: 15 ms, p99: 60 ms }',
        source: 'assumption from reports of users: REST 10-30 ms, HTTP 5-15 ms; no vendor publishes it',
        range: '5 ms..60 ms',
      },
    }),
    authorizer: optional(
      record(
        {
          time: withDefault(lawField('time', 'skewed'), '{ p50: 20 ms, p99: 150 ms }', {
            help: 'Until whoever knows the caller has answered (a function, introspection at an identity provider).',
            source: 'assumption: a call to a warm function, or to an identity provider near by',
            range: '5 ms..200 ms',
            effect: { at: '200 ms', moves: ['mean up'] },
          }),
          cache: withDefault(timeField(), '5 min', {
            help: 'How long an answer is kept; `0 s`: each request is asked about.',
            source: 'AWS API Gateway documentation: authorizer result TTL 300 s, 2025',
            range: '0 s..1 h',
            effect: { at: '0 s', with: ['authorizer.callers=100'], moves: ['mean up'] },
          }),
          callers: withDefault(wholeField(), '10 k', {
            help: 'Callers that are told apart, all alike; their number decides how often a kept answer is found.',
            source: 'assumption: write how many tokens are in use at once',
            range: '100..1 M',
            effect: { at: '1 M', with: ['authorizer.cache=1 s'], moves: ['hits down'] },
          }),
          denies: withDefault(ratioField(), '0%', {
            help: 'Part of the requests that it does not let pass (`denied`).',
            source: 'assumption: callers have valid tokens',
            range: '0%..5%',
            effect: { at: '10%', moves: ['success down'] },
          }),
        },
        'an authorizer',
      ),
      { help: 'Asks somebody else who the caller is, and keeps the answer for a while; nothing: it does not.' },
    ),
    token: optional(lawField('time', 'skewed'), {
      effect: { at: '9 ms', moves: ['mean up'] },
      help: 'Processor time to check a token (RS256: 0.06 ms); nothing: tokens are not checked here.',
    }),
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: [
    'the time it adds, processor time of each request and of its token',
    'an authorizer whose answers each instance keeps: how many are found follows from load and number of callers',
    'rate limits of its instances; handshakes of new connections; how it picks and watches what is behind it',
  ],
  doesNotModel: ['limits of an account', 'charges by request', 'transformations, which are part of `overhead`'],
  withoutEffect: {},
  check: checkProxy,
  build: (settings, bench) => {
    bench.mind(`requests of ${bench.component} are charged by use, which is not counted yet`)
    return buildProxy(settings, bench, (fleet) => ({ inspect: inspectorOf(settings, bench, fleet) }))
  },
})

interface Checks {
  readonly token: Distribution | null
  readonly authorizer: {
    readonly time: Distribution
    readonly cache: Seconds
    readonly callers: number
    readonly denies: Ratio
  } | null
}

/** What a request passes: its token is checked here, or by somebody who is asked when no answer is kept. */
function inspectorOf(
  { token, authorizer }: Checks,
  bench: Workbench,
  fleet: Fleet,
): (write: Writer) => readonly Step[] {
  const cache = authorizer === null || authorizer.cache === 0 ? null : addAnswers(bench, fleet, authorizer)
  return (write) => {
    const checking = token === null || isNothing(token) || bench.isNetworkIdeal ? [] : fleet.work(token, once, write)
    if (authorizer === null) return checking
    const asking = [write.delay('authorizer', authorizer.time)]
    const asked: readonly Step[] = cache === null ? asking : [keptAnswer(write, cache, asking)]
    const denying: readonly Step[] =
      authorizer.denies === 0 ? [] : [{ kind: 'fail', failure: 'denied', probability: authorizer.denies }]
    return [...checking, ...asked, ...denying]
  }
}

const addAnswers = (bench: Workbench, { group }: Fleet, of: { readonly callers: number; readonly cache: Seconds }) =>
  addAnswerCache(bench, group, { name: 'authorizer', keys: of.callers, timeToLive: of.cache, forced: null })
