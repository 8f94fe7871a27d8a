import type { Design } from '../design/design.ts'
import type { Kind } from '../kinds/define.ts'
import type { Model } from '../model/model.ts'
import { offered } from '../solve/offered.ts'
import { bandwidthLines } from './bandwidth.ts'
import { connectionLines, timeLines } from './connections.ts'
import type { Gap, Line } from './line.ts'
import { readMachine, type StandardMachine } from './machine.ts'
import { machineLines, type Shortage } from './machines.ts'
import { memoryLines } from './memory.ts'
import { trafficLines } from './requests.ts'
import { createSheet } from './sheet.ts'
import { storageLines } from './storage.ts'
import { subjectOf } from './subject.ts'

/** Numbers of a design that follow from its load, before anything is sized. */
export interface BackOfEnvelope {
  readonly design: string
  readonly machine: StandardMachine
  readonly lines: readonly Line[]
  /** What is not known, and what to write so that it is. */
  readonly gaps: readonly Gap[]
  /** What one standard machine has too little of, the worst first; that of the whole design before the others. */
  readonly shortages: readonly Shortage[]
}

export interface EstimateOptions {
  /** The machine that is counted in; left out = {@link readMachine} of nothing. */
  readonly machine?: StandardMachine
  /** Years ahead; left out = 1, 3 and 5. */
  readonly years?: readonly number[]
}

/** @param kinds  of the components of the design */
export function estimateOf(
  { design, model, kinds }: { readonly design: Design; readonly model: Model; readonly kinds: readonly Kind[] },
  { machine = usualMachine(), years = [1, 3, 5] }: EstimateOptions = {},
): BackOfEnvelope {
  const inOrder = [...new Set(years)].sort((a, b) => a - b)
  const subject = subjectOf({ design, model, kinds, machine, years: inOrder, offered: offered(model) })
  const sheet = createSheet()
  const traffic = trafficLines(subject, sheet)
  const flowing = bandwidthLines(subject, sheet, traffic)
  const times = timeLines(subject, sheet)
  const connected = connectionLines(subject, sheet, { ...traffic, times })
  const stored = storageLines(subject, sheet, traffic)
  const hot = memoryLines(subject, sheet, { stored, asked: traffic.asked })
  const shortages = machineLines(subject, sheet, { traffic, flowing, stored, hot, connected })
  return { design: design.name, machine, lines: sheet.lines, gaps: sheet.gaps, shortages }
}

const usualMachine = (): StandardMachine => {
  const { machine } = readMachine('')
  return machine ?? { cpu: 0, memory: 0, network: 0, iops: 0, throughput: 0, disk: 0, given: new Set() }
}
