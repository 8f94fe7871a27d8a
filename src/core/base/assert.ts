/** A broken promise of our own code. The command line prints it with seed, version and how to report it. */
export class AssertionFailure extends Error {}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message)
}

/** Ends an exhaustive switch: compiles only while every case is handled. */
export function unreachable(value: never): never {
  throw new AssertionFailure(`unreachable: ${JSON.stringify(value)}`)
}
