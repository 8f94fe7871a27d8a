/**
 * Why a request, or one attempt of a call, did not get a good answer. The order is the order of the codes in the
 * kernel.
 */
export const failures = [
  'timeout', // the caller's timeout for one attempt ran out
  'deadline', // the request's deadline ran out
  'rejected', // the waiting room, concurrency limit or bulkhead was full
  'rate-limited', // a rate limit refused it
  'connect-error', // nobody there: instance down, place cut off, connection reset
  'error', // the callee answered with an error (injected, or a `fail` step)
  'breaker-open', // the caller's breaker refused to try
  'abandoned', // ran out of patience in a queue
  'missing', // a thing that has to be there was not (a miss without a way to go on)
  'denied', // a firewall or an authorizer did not let it pass
] as const

/** One of {@link failures}. */
export type Failure = (typeof failures)[number]
