import type { Diagnostic } from '../base/diagnostic.ts'
import { createCollector } from '../base/diagnostic.ts'
import type { Bytes, BytesPerSecond, PerSecond } from '../base/units.ts'
import { parse } from '../text/parse.ts'
import { scopeOf } from '../text/scalars/expression.ts'
import { type ParamValues, readSettings, withDefault } from '../text/param.ts'
import { bandwidthField, bytesField, countField, rateField } from '../text/quantity-fields.ts'
import { type Expression, term } from './expression.ts'

/** The machine that an estimate counts in: one of AWS that is often taken, with one network disk. */
export const machineParams = {
  cpu: withDefault(countField({ above: 0 }), '16', {
    help: 'Processors (hardware threads).',
    source: 'AWS m7i.4xlarge: price interface of the vendor, 2026-07-20',
  }),
  memory: withDefault(bytesField({ above: 0 }), '64 GiB', {
    help: 'Main memory.',
    source: 'AWS m7i.4xlarge: price interface of the vendor, 2026-07-20',
  }),
  network: withDefault(bandwidthField({ above: 0 }), '6.25 Gbit/s', {
    help: 'What goes in, and as much that goes out.',
    source: 'AWS m7i.4xlarge: baseline bandwidth, price interface of the vendor, 2026-07-20',
  }),
  iops: withDefault(rateField({ above: 0 }), '3000/s', {
    help: 'Random reads and writes of its disk.',
    source: 'Amazon EBS User Guide: gp3 without extra IOPS, 2025',
  }),
  throughput: withDefault(bandwidthField({ above: 0 }), '125 MB/s', {
    help: 'Bytes that its disk reads and writes a second.',
    source: 'Amazon EBS User Guide: gp3 without extra throughput, 2025',
  }),
  disk: withDefault(bytesField({ above: 0 }), '1 TB', {
    help: 'Space of its disk.',
    source: 'assumption: one volume of a usual size',
  }),
}

export interface StandardMachine {
  readonly cpu: number
  readonly memory: Bytes
  readonly network: BytesPerSecond
  readonly iops: PerSecond
  readonly throughput: BytesPerSecond
  readonly disk: Bytes
  /** Keys that were given instead of being taken. */
  readonly given: ReadonlySet<string>
}

/** `{ cpu: 16, memory: 64 GB, iops: 200/s }`, with or without its braces; what is left out is as usual. */
export function readMachine(text: string): {
  readonly machine: StandardMachine | null
  readonly diagnostics: readonly Diagnostic[]
} {
  const inner = text.trim().replace(/^\{(.*)\}$/s, '$1')
  const { document, diagnostics } = parse(`machine: {${inner}}\n`, { file: '--machine' })
  const map = document?.root.get('machine')
  if (map?.kind !== 'map') return { machine: null, diagnostics }
  const out = createCollector()
  const read = readSettings(map, machineParams, 'a machine', { out, scope: scopeOf(new Map()) })
  if (read === undefined) return { machine: null, diagnostics: out.list }
  const values: ParamValues<typeof machineParams> = read.values
  return { machine: { ...values, given: read.written }, diagnostics: out.list }
}

const units = {
  cpu: 'count',
  memory: 'bytes',
  network: 'bytes-per-second',
  iops: 'per-second',
  throughput: 'bytes-per-second',
  disk: 'bytes',
} as const
const names = {
  cpu: 'processors of a machine',
  memory: 'memory of a machine',
  network: 'network of a machine',
  iops: 'IOPS of a machine',
  throughput: 'disk bytes a second of a machine',
  disk: 'disk of a machine',
} as const

/** What a machine has of something. */
export const machineHas = (machine: StandardMachine, what: keyof typeof units): Expression =>
  term({
    name: names[what],
    value: machine[what],
    unit: units[what],
    from: machine.given.has(what)
      ? { kind: 'taken', source: 'given with --machine' }
      : { kind: 'taken', source: machineParams[what].source },
  })
