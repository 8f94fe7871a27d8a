import { deferred, type Field, oneOf } from '../text/field.ts'
import { optional, type Params, withDefault } from '../text/param.ts'
import { countField, ratioField, timeField } from '../text/quantity-fields.ts'
import type { Fault } from './design.ts'
import type { Node } from '../text/document.ts'

export type FaultKind = Fault['kind']

const target = (form: string): Field<Node> => deferred(form, { type: 'string' }, ['scalar'])

/** What each kind of fault is said about; the key of the fault is its kind. */
const targets: Readonly<Record<FaultKind, { readonly form: string; readonly help: string }>> = {
  kill: { form: 'a component, an instance `api[2]` or a place', help: 'It is down; back, empty, at the end.' },
  slow: { form: 'a component, an instance or a place', help: 'It works slower: `times` or `by`.' },
  errors: { form: '`20% of api`', help: 'This share of the calls to it fails.' },
  disconnect: { form: '`25% of sockets`', help: 'This share of what is at it loses its connection.' },
  flush: { form: 'a cache', help: 'It forgets everything.' },
  burst: { form: 'a flow or an actor', help: '`times` as many requests, `over` a time.' },
  partition: {
    form: 'a place or component, or a pair `a -> b`',
    help: 'It is cut off from the others, or the two from each other: what is sent arrives when the cut is over.',
  },
  fill: { form: 'a component', help: 'Its disk is full: writes and publishes fail, reads go on.' },
  throttle: { form: 'a component', help: 'Its provider lets one in `times` of its rate or throughput through.' },
  deny: { form: 'a component, or `20% of api`', help: 'It refuses its callers, or this share of them.' },
  failover: {
    form: 'a component',
    help: 'Its leaders hand over to their next copies: the time of a promotion without one.',
  },
  deploy: {
    form: 'a component',
    help: 'A new version of it is rolled out, as its `deploy` says; again each `every`, until the fault ends.',
  },
}

const isFaultKind = (name: string): name is FaultKind => Object.hasOwn(targets, name)
export const faultKinds: readonly FaultKind[] = Object.keys(targets).filter(isFaultKind)

const timing = {
  at: optional(timeField(), { help: 'When it begins; without it, when `during` of the scenario does.' }),
  for: optional(timeField({ above: 0 }), { help: 'How long it lasts.' }),
  until: optional(timeField({ above: 0 }), { help: 'When it ends.' }),
}

const strength = {
  times: optional(countField({ above: 0 }), {
    help: 'So many times as slow (with `by` beside it: that, and so much later), or as many.',
  }),
  by: optional(timeField({ above: 0 }), { help: 'So much later.' }),
  share: withDefault(ratioField(), '100%', { help: 'Share that it hits.' }),
  over: optional(timeField({ above: 0 }), { help: 'How long a burst lasts.' }),
  disks: withDefault(oneOf('kept', 'lost'), 'kept', {
    help: 'Whether what it had on disk is gone too. A shard that lost its last copy is restored from its backup, from the end of the fault on; without one it is empty then.',
  }),
}

/** Keys that go with each kind, beside the times. */
const extras: Readonly<Record<FaultKind, readonly (keyof typeof strength)[]>> = {
  kill: ['disks'],
  slow: ['times', 'by'],
  errors: ['share'],
  disconnect: ['share'],
  flush: [],
  burst: ['times', 'over'],
  partition: [],
  fill: [],
  throttle: ['times'],
  deny: ['share'],
  failover: [],
  deploy: [],
}

/** All keys of a fault of this kind; its own key first. */
export function faultParams(kind: FaultKind): Params {
  const { form, help } = targets[kind]
  const own = { [kind]: { ...withDefault(target(form), '', { help }), isRequired: true, default: null } }
  return { ...own, ...timing, ...Object.fromEntries(extras[kind].map((name) => [name, strength[name]])) }
}

/** Every key, to read those that are there. */
export const timingParams = { ...timing, ...strength }
