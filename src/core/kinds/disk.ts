import type { BytesPerSecond, PerSecond } from '../base/units.ts'
import { type Distribution, lognormalThrough, meanOf, scaled } from '../model/distribution.ts'
import type { GroupIndex, ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { oneOf } from '../text/field.ts'
import { optional, record, withDefault } from '../text/param.ts'
import { bandwidthField, bytesField, wholeField } from '../text/quantity-fields.ts'
import { addServers } from './copies.ts'
import type { Workbench, Writer } from './define.ts'
import { sumOf } from './laws.ts'

interface DiskKind {
  readonly read: Distribution
  readonly sync: Distribution
  readonly iops: PerSecond
  readonly throughput: BytesPerSecond
}

/**
 * - ssd: network SSD. 1 ms per 4-16 KiB I/O, p99/p50 = 4 (Amazon EBS User Guide: gp3, 2025); 3 000 IOPS and 125 MB/s
 *   included (same page). A synchronous write is one such I/O.
 * - nvme: in the machine. 0.1 ms per random read at p99/p50 = 3, 0.3 ms per write with fsync (napkin-math, 2026);
 *   100 000 IOPS and 1 GB/s are assumptions.
 * - hdd: 10 ms per random I/O, about 100 IOPS, 250 MiB/s in sequence (napkin-math, 2026); fsync 10 ms.
 */
const diskKinds: Readonly<Record<'ssd' | 'nvme' | 'hdd', DiskKind>> = {
  ssd: {
    read: lognormalThrough(0.001, 0.004),
    sync: lognormalThrough(0.001, 0.004),
    iops: 3000,
    throughput: 125e6,
  },
  nvme: {
    read: lognormalThrough(0.0001, 0.0003),
    sync: lognormalThrough(0.0003, 0.0009),
    iops: 100_000,
    throughput: 1e9,
  },
  hdd: { read: lognormalThrough(0.01, 0.02), sync: lognormalThrough(0.01, 0.02), iops: 100, throughput: 262e6 },
}

export const diskField = record(
  {
    kind: withDefault(oneOf('ssd', 'nvme', 'hdd'), 'ssd', {
      effect: { at: 'hdd', with: ['size.disk.space=1 TiB'], moves: ['mean up', 'cost down'] },
      help: 'Network SSD (like EBS gp3), flash in the machine, or spinning disk: sets the time of an I/O.',
    }),
    iops: optional(wholeField(), {
      effect: { at: '15 k', with: ['size.disk.iops=200'], moves: ['mean down', 'cost up'] },
      help: 'I/Os per second; nothing: ssd 3 000, nvme 100 000, hdd 100.',
    }),
    throughput: optional(bandwidthField({ above: 0 }), {
      effect: { at: '900 MB/s', with: ['size.disk.throughput=50 MB/s'], moves: ['mean down', 'cost up'] },
      help: 'Bytes per second of large reads and writes; nothing: ssd 125 MB/s, nvme 1 GB/s, hdd 262 MB/s.',
    }),
    space: withDefault(bytesField({ above: 0 }), '100 GiB', {
      effect: { at: '7 TiB', moves: ['cost up'] },
      help: 'Space; sets the price.',
    }),
  },
  'a disk',
)

export interface DiskSettings {
  readonly kind: 'ssd' | 'nvme' | 'hdd'
  readonly iops: PerSecond | null
  readonly throughput: BytesPerSecond | null
  readonly space: number
}

/** I/Os a second that one of them does. */
export const iopsOf = ({ kind, iops }: DiskSettings): PerSecond => iops ?? diskKinds[kind].iops

/** What the disk of each instance can be asked for. */
export interface Disk {
  /** `pages` random reads one after the other; a fraction is a chance. */
  readonly read: (write: Writer, pages: number) => readonly Step[]
  /** Pages for each unit of a register. */
  readonly readEach: (write: Writer, pages: number, times: 'items' | 'found' | 'missed' | 'group') => readonly Step[]
  /** A write that waits until it is safe. */
  readonly sync: (write: Writer) => Step
  /** So many bytes in sequence. */
  readonly stream: (write: Writer, bytes: number) => readonly Step[]
}

/**
 * A station for I/Os, with as many servers as I/Os are under way at full rate (rate × time of one; the time is
 * stretched so that the rate is met exactly), and one for bytes in sequence, shared by those that stream at once.
 */
export function addDisk(bench: Workbench, group: GroupIndex, settings: DiskSettings): Disk {
  const kind = diskKinds[settings.kind]
  const busy = iopsOf(settings) * meanOf(kind.read)
  const servers = Math.max(1, Math.round(busy))
  const stretch = servers / busy
  const readTime = scaled(kind.read, stretch)
  const syncTime = scaled(kind.sync, stretch)
  const station = addServers(bench, group, { name: 'disk', servers, discipline: 'fifo', label: 'disk' })
  const throughput = settings.throughput ?? kind.throughput
  let lane: ResourceIndex | null = null
  return {
    read: (write, pages) => readSteps(write, { station, readTime, pages }),
    readEach: (write, pages, times) =>
      pages === 0 ? [] : [write.serve(station, scaled(readTime, 0), { each: pages * meanOf(readTime), times })],
    sync: (write) => write.serve(station, syncTime),
    stream: (write, bytes) => {
      if (bytes === 0) return []
      lane ??= addServers(bench, group, { name: 'disk bytes', servers: 1, discipline: 'ps', label: 'disk' })
      return [write.serve(lane, { law: 'fixed', value: bytes / throughput })]
    },
  }
}

interface Reads {
  readonly station: ResourceIndex
  readonly readTime: Distribution
  readonly pages: number
}

function readSteps(write: Writer, { station, readTime, pages }: Reads): readonly Step[] {
  const whole = Math.floor(pages + 1e-9)
  const rest = pages - whole
  const first = whole > 0 ? [write.serve(station, sumOf(readTime, whole))] : []
  if (rest < 1e-6) return first
  const branches = [
    { probability: rest, steps: [write.serve(station, readTime)] },
    { probability: 1 - rest, steps: [] },
  ]
  return [...first, write.choose(branches)]
}
