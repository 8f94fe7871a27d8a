import { deferred, flag, listOf, oneOf, reference, text } from '../text/field.ts'
import { optional, type Params, required, withDefault } from '../text/param.ts'
import { bytesField, countField, lawField, ratioField, timeField, wholeField } from '../text/quantity-fields.ts'
import { amountField, consistencyField, failureField, policyUseField, stepsField, workField } from './step-fields.ts'

const policy = optional(policyUseField, { help: 'What the caller does around this request: a name, or keys.' })
const isOptional = withDefault(flag, 'false', { help: 'A failure of this step is ignored.' })
const priority = optional(wholeField(), { help: 'Of this step and what is nested in it; 1 is the most urgent.' })
const keys = {
  items: withDefault(countField({ min: 0 }), '1', { help: 'How many keys at once.' }),
  mode: withDefault(oneOf('single', 'pipeline'), 'single', {
    help: 'pipeline: in a consumer, all messages of the batch in one round trip.',
  }),
}
const request = { policy, optional: isOptional, priority }

const consistency = optional(consistencyField, { help: 'How fresh what is read has to be.' })
const doing = (what: string) => required(stepsField, { help: `Steps that run ${what}.` })

/**
 * Every verb, with all keys of its step. The key of the verb itself comes first. These definitions read steps, and are
 * what editors complete.
 */
export const verbParams = {
  work: { work: required(workField, { help: 'Processor time of the component that the steps run in.' }) },
  wait: { wait: required(lawField('time'), { help: 'Time that passes without any work.' }) },
  call: {
    call: required(reference, { help: 'A request to a component, or to one of its operations: `api.resolve`.' }),
    do: optional(stepsField, { help: 'Steps that run in the callee.' }),
    via: optional(listOf(reference), { help: 'What the request passes on its way: load balancers, gateways.' }),
    send: withDefault(bytesField(), '0 B', { help: 'Size of the request.' }),
    ...request,
  },
  get: {
    get: required(reference, { help: 'Asks a cache for a key: `hot.links`.' }),
    hit: optional(stepsField, { help: 'Steps when all keys were found.' }),
    miss: optional(stepsField, { help: 'Steps when a key was missing.' }),
    ...keys,
    ...request,
  },
  put: { put: required(reference, { help: 'Writes a key of a cache: `hot.links`.' }), ...keys, ...request },
  read: {
    read: required(reference, { help: 'Reads by an access path: `db.links.by-code`; without one, by key.' }),
    rows: optional(amountField, { help: 'Rows to read; without it, as many as the access path says.' }),
    pages: withDefault(lawField('count'), '1', { help: 'So many accesses, one after the other.' }),
    consistency,
    ...request,
  },
  write: {
    write: required(reference, { help: 'Writes rows of a table: `db.links`.' }),
    rows: optional(amountField, { help: 'Rows to write; without it, one.' }),
    pages: withDefault(lawField('count'), '1', { help: 'So many accesses, one after the other.' }),
    consistency,
    ...request,
  },
  tx: {
    tx: required(reference, { help: 'Nested steps share a connection and its locks: the database.' }),
    do: doing('in the transaction'),
    ...request,
  },
  publish: {
    publish: required(reference, { help: 'Appends to a topic or queue: `clicks.events`. Waits only for its acks.' }),
    count: withDefault(amountField, '1', { help: 'How many messages.' }),
    size: optional(bytesField(), { help: 'Of one message; without it, as the topic says.' }),
    key: optional(text, {
      help: 'What decides on the partition of these messages, where the topic does not say; without both: each in turn.',
    }),
    batched: withDefault(timeField(), '0 s', { help: 'Kept at the sender and shipped together at this interval.' }),
    ...request,
  },
  push: {
    push: required(reference, { help: 'To connected clients, through a realtime gateway.' }),
    size: withDefault(bytesField(), '0 B', { help: 'Of one message.' }),
    ...request,
  },
  parallel: {
    parallel: required(
      deferred('a map of branches', { type: 'object', additionalProperties: { $ref: '#/definitions/steps' } }, ['map']),
      { help: 'Branches at once: a name and a list of steps each.' },
    ),
    join: withDefault(deferred('`all`, `any` or `2 of 3`', { type: 'string' }, ['scalar']), 'all', {
      help: 'How many branches have to end well before the flow goes on.',
    }),
    'give-up': optional(
      deferred('a time, or a map from branches to times', { type: ['string', 'object'] }, ['scalar', 'map']),
      { help: 'A branch that takes longer is dropped, and counts as done.' },
    ),
  },
  each: {
    each: required(text, { help: 'A word for one of the things, for the reader: `follower`.' }),
    count: required(lawField('count'), { help: 'How many things.' }),
    'in-groups-of': withDefault(wholeField(), '1', { help: 'So many things a round.' }),
    'at-once': withDefault(wholeField(), '1', { help: 'So many rounds at a time.' }),
    do: doing('for each round'),
  },
  repeat: {
    repeat: required(
      deferred('a number, or a word for the reader', { type: ['string', 'number'] }, ['scalar', 'map']),
      {
        help: 'How many times: a number or a law; or a word, with `count`.',
      },
    ),
    count: optional(lawField('count'), { help: 'How many times, when `repeat` is a word.' }),
    do: doing('each time'),
  },
  choose: {
    choose: required(
      deferred('a map of branches', { type: 'object', additionalProperties: { $ref: '#/definitions/branch' } }, [
        'map',
      ]),
      { help: 'One branch: by probability (`p`), by a condition (`when`), or otherwise.' },
    ),
  },
  hold: {
    hold: required(reference, { help: 'A lock, licence or slot held around nested steps: `locks.order`.' }),
    do: doing('while it is held'),
    ...request,
  },
  try: {
    try: required(stepsField, { help: 'Steps whose failure is caught.' }),
    catch: optional(stepsField, { help: 'Steps that run instead when they fail; nothing: the failure is ignored.' }),
  },
  fail: {
    fail: required(failureField, { help: 'The request fails here.' }),
    p: withDefault(ratioField(), '100%', { help: 'With this probability.' }),
  },
  reply: {
    reply: required(bytesField(), { help: 'The answer goes back now, with this size; later steps go on after it.' }),
  },
  run: {
    run: required(reference, { help: 'The steps of a fragment stand here.' }),
    with: optional(deferred('a map of arguments', { type: 'object' }, ['map']), { help: 'Arguments of the fragment.' }),
  },
} as const satisfies Readonly<Record<string, Params>>

export type VerbName = keyof typeof verbParams

export const verbNames: readonly string[] = Object.keys(verbParams)

/** One branch of `choose` that has a probability or a condition. */
export const branchParams = {
  p: optional(ratioField(), { help: 'With this probability.' }),
  when: optional(text, {
    help: 'When this holds: `followers < celebrity`. The probability follows from the distribution.',
  }),
  do: required(stepsField, { help: 'Steps of the branch.' }),
}
