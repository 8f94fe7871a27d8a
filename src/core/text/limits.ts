/** How much a text may hold before it is refused. Every refusal names the flag `--limit <name>=<number>`. */
export interface Limits {
  /** Bytes of one file in UTF-8. */
  readonly 'file-size': number
  /** Characters of one line. */
  readonly 'line-length': number
  /** Maps and lists inside one another. Never above 256: the YAML composer recurses. */
  readonly depth: number
  /** Values after every alias is written out. */
  readonly nodes: number
  /** Aliases after every alias is written out. */
  readonly aliases: number
  /** Keys of one map. */
  readonly keys: number
  /** Characters of one scalar. */
  readonly 'scalar-length': number
}

export const defaultLimits: Limits = {
  'file-size': 5_000_000,
  'line-length': 2_000_000,
  depth: 64,
  nodes: 1_000_000,
  aliases: 100_000,
  keys: 20_000,
  'scalar-length': 1_000_000,
}

/** The highest depth that can be asked for. */
export const depthMost = 256

/** How to raise a limit, for hints. */
export const raiseLimit = (name: keyof Limits, to: string): string => `--limit ${name}=${to} raises the limit`
