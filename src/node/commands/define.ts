import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'

export interface OptionSpec {
  /** As the command line library reads them: `--seed <number>`. */
  readonly flags: string
  readonly about: string
  readonly isRepeatable?: boolean
}

/** One command of the command line: what help shows first is three real uses. */
export interface Command {
  readonly name: string
  readonly summary: string
  /** `[optional]`, `<needed>`, `<several...>`. */
  readonly argument: { readonly spec: string; readonly about: string }[]
  readonly examples: readonly { readonly line: string; readonly about: string }[]
  readonly options: readonly OptionSpec[]
  readonly run: (context: Context) => Promise<ExitCode>
}

export interface Context {
  readonly io: Io
  readonly version: string
  readonly args: readonly string[]
  /** By long name in camel case, as the library hands them over. */
  readonly options: Readonly<Record<string, unknown>>
  readonly commands: readonly Command[]
}

export const defineCommand = (command: Command): Command => command
