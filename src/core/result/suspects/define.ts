import type { Objective } from '../../model/model.ts'
import type { Evidence } from '../evidence.ts'
import type { Load } from '../loads.ts'
import type { Reason } from '../result.ts'

/** What was found, before it is put into words. */
export interface Suspect {
  readonly component: string
  readonly reason: Reason
  readonly load: Load | null
  /** Share of the slow requests' time, or of the failures, that it explains. */
  readonly share: number
  readonly since: number | null
  /** Kinds of evidence that agree. */
  readonly agree: number
  /** Components on the way that only wait. */
  readonly victims: readonly string[]
  /** What was seen, for the sentence; empty = only the figures of `load`. */
  readonly note: string
}

export const nobody: Suspect = {
  component: '',
  reason: 'unknown',
  load: null,
  share: 0,
  since: null,
  agree: 0,
  victims: [],
  note: '',
}

/** Where the chain of waiting ends, and what is asked about. */
export interface Trail {
  readonly objective: Objective
  readonly evidence: Evidence
  readonly root: Suspect
}

/** True for objectives that failures miss, and for any other when nothing else is left to look at. */
export const isAboutFailures = ({ indicator }: Objective, { failed }: Evidence): boolean =>
  (failed > 0 && /^(?:success|goodput|throughput|recovered-within|no-metastable)$/.test(indicator)) || failed >= 0.999

/** Everybody on the way but who is named. */
export const others = (names: readonly string[], component: string): readonly string[] =>
  [...new Set(names)].filter((id) => id !== '' && id !== component)
