import type { BackOfEnvelope } from '../estimate/estimate.ts'
import type { Line, Origin } from '../estimate/line.ts'

/** As `loadpath estimate --json` prints it: units in the keys, or beside the value. */
export type EstimateJson = ReturnType<typeof estimateJson>

/** @param only  ids of lines that are wanted; left out = all */
export function estimateJson({ machine, lines, gaps, shortages }: BackOfEnvelope, only?: ReadonlySet<string>) {
  return {
    machine: {
      cpu: machine.cpu,
      memory_bytes: machine.memory,
      network_bytes_per_s: machine.network,
      iops_per_s: machine.iops,
      throughput_bytes_per_s: machine.throughput,
      disk_bytes: machine.disk,
    },
    lines: lines.filter(({ id }) => only === undefined || only.has(id)).map(lineJson),
    gaps: gaps.map(({ section, subject, missing, write, where }) => ({ section, subject, missing, write, where })),
    shortages: shortages.map(({ subject, dimension, times, line }) => ({ subject, dimension, times, line })),
  }
}

const lineJson = ({ id, section, subject, name, unit, value, range, formula, rounding, inputs }: Line) => ({
  id,
  section,
  subject,
  name,
  unit,
  value,
  low: range?.low ?? null,
  high: range?.high ?? null,
  moved_by: range?.movedBy ?? [],
  formula,
  rounding,
  inputs: inputs.map((input) => ({
    name: input.name,
    value: input.value,
    unit: input.unit,
    from: originJson(input.from),
  })),
})

function originJson(from: Origin) {
  if (from.kind !== 'written') return from
  const { kind, path, text, assumes, at } = from
  return { kind, path, text, assumes, file: at.file, line: at.line }
}

/** A line and those that it follows from. */
export function linesBehind({ lines }: BackOfEnvelope, id: string): ReadonlySet<string> {
  const known = new Map(lines.map((line) => [line.id, line]))
  const found = new Set<string>()
  const add = (one: string): void => {
    if (found.has(one)) return
    found.add(one)
    for (const { from } of known.get(one)?.inputs ?? []) if (from.kind === 'line') add(from.id)
  }
  add(id)
  return found
}
