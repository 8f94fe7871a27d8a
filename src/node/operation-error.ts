/** The world's failure: a file that cannot be read, a full disk, a worker that dies. Caught once, in `cli.ts`. */
export class OperationError extends Error {
  /** Exit code: 2 when the user named the wrong thing, else 3. */
  readonly exitCode: 2 | 3
  readonly hint: string | undefined

  constructor(message: string, { exitCode = 3, hint }: { exitCode?: 2 | 3; hint?: string } = {}) {
    super(message)
    this.name = 'OperationError'
    this.exitCode = exitCode
    this.hint = hint
  }
}

/** `ENOENT` and the like; empty for anything else. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
