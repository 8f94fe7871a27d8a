import { flag, oneOf, reference, scalarOr, text } from '../text/field.ts'
import { optional, record, required, withDefault } from '../text/param.ts'
import { timeField, wholeField } from '../text/quantity-fields.ts'
import { stepsField } from './step-fields.ts'

const partOf = record(
  {
    'part-of': required(reference, { help: 'The component that does it itself: the database that polls its outbox.' }),
    poll: withDefault(timeField(), '0 s', { help: 'Looks only every so often; 0 s: is told at once.' }),
  },
  'who consumes',
)

const batch = record(
  {
    'up-to': withDefault(wholeField(), '1', { help: 'Messages of one batch at most.' }),
    wait: withDefault(timeField(), '0 s', { help: 'Longest wait for a batch to fill after its first message.' }),
  },
  'a batch',
)

const failed = record(
  {
    retry: withDefault(wholeField({ min: 0, max: 1000 }), '0', {
      help: 'How often a batch that failed is tried again.',
    }),
    backoff: withDefault(timeField(), '0 s', { help: 'Wait before each further try.' }),
    // oxlint-disable-next-line no-thenable -- a key of the language, never awaited
    then: withDefault(oneOf('park', 'drop', 'block'), 'park', {
      help: 'park: to a dead-letter topic; drop: lost; block: tried for ever, nothing passes it.',
      source: 'assumption: what most brokers are set up to do',
    }),
  },
  'what happens to messages that failed',
)

/** Keys of one flow. */
export const flowParams = {
  from: optional(reference, { help: 'The actor that starts it.' }),
  consume: optional(reference, { help: 'The topic, queue or outbox whose messages start it.' }),
  every: optional(timeField({ above: 0 }), { help: 'A schedule: once each so often.' }),
  by: optional(scalarOr(reference, partOf), { help: 'The component that its steps run at: a worker.' }),
  batch: optional(batch, { help: 'How messages are taken together.' }),
  'at-once': optional(wholeField(), {
    help: 'Batches that one instance works on at once; nothing: one for each processor, of a function as many as it may run.',
  }),
  commit: optional(oneOf('after', 'before'), {
    help: 'When a message counts as done: after the steps (at least once; nothing: this) or before them (at most once).',
  }),
  failed: withDefault(failed, '{}', { help: 'What happens to messages that failed.' }),
  priority: withDefault(wholeField(), '1', { help: '1 is the most urgent.' }),
  idempotent: optional(flag, {
    help: 'Running it twice for one message does no harm: at least once is as good as once.',
  }),
  title: optional(text, { help: 'Its name for people.' }),
  steps: required(stepsField, { help: 'What a request does, as its trace would show it.' }),
}
