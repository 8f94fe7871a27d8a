import type { Prepared, Result } from '../core/index.ts'
import type { Io } from './io.ts'
import type { RunSettings } from './run-options.ts'

/** What a command wants to know. */
export interface Question {
  readonly io: Io
  readonly settings: RunSettings
  readonly prepared: Prepared
  /** Fingerprint of the design's text. */
  readonly hash: string
}

export interface Answer {
  /** In the order of the models. */
  readonly results: readonly Result[]
  /** The memory was full, and it was ended with what there was. */
  readonly isMemoryFull: boolean
}

/** How models become results: by playing them, or by solving them. */
export type Engine = (question: Question) => Promise<Answer>
