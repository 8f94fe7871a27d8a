/** What a command sees of the process: replaced in tests. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly readStdin: () => Promise<Buffer>
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isOutTerminal: boolean
  readonly isErrTerminal: boolean
  readonly width: number
  /** Aborted by the first Ctrl-C: finish with what there is. */
  readonly interrupted: AbortSignal
}

export function processIo(interrupted: AbortSignal): Io {
  const { stdout, stderr, env } = process
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    readStdin: async () => {
      const parts: Buffer[] = []
      for await (const part of process.stdin) parts.push(Buffer.from(part))
      return Buffer.concat(parts)
    },
    cwd: process.cwd(),
    env,
    isOutTerminal: stdout.isTTY === true && env['TERM'] !== 'dumb',
    isErrTerminal: stderr.isTTY === true && env['TERM'] !== 'dumb' && env['CI'] === undefined,
    width: Number(env['COLUMNS']) || stdout.columns || 100,
    interrupted,
  }
}
