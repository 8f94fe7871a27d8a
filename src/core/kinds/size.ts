import type { Bytes, Dollars } from '../base/units.ts'
import type { GroupIndex } from '../model/resource.ts'
import { oneOf } from '../text/field.ts'
import { optional, record, withDefault } from '../text/param.ts'
import { bandwidthField, bytesField, countField, moneyPerMonthField } from '../text/quantity-fields.ts'
import type { SettingsProblem, Workbench } from './define.ts'
import { diskField, type DiskSettings } from './disk.ts'
import { disks, HOURS_PER_MONTH, hourly, machines } from './prices.ts'

const GIBIBYTE = 2 ** 30
const GIGABYTE = 1e9

interface SizeDefaults {
  readonly cpu: string
  readonly memory: string
}

/** `size` and `machine` of what runs processes; `price` in their stead. */
export const sizeParams = ({ cpu, memory }: SizeDefaults) => ({
  size: withDefault(
    record(
      {
        ...processorKeys({ cpu, memory }),
        disk: optional(diskField, { help: 'A disk of each instance: counts in the price.' }),
      },
      'a size',
    ),
    '{}',
    { help: 'Of each instance.' },
  ),
  ...machineParams,
})

/** The same with a disk that is always there. */
export const storeSizeParams = ({ cpu, memory }: SizeDefaults) => ({
  size: withDefault(
    record(
      { ...processorKeys({ cpu, memory }), disk: withDefault(diskField, '{}', { help: 'The disk of each instance.' }) },
      'a size',
    ),
    '{}',
    { help: 'Of each instance.' },
  ),
  ...machineParams,
})

const processorKeys = ({ cpu, memory }: SizeDefaults) => ({
  cpu: withDefault(countField({ above: 0 }), cpu, {
    effect: { at: '16', moves: ['busy down'] },
    help: 'Processors (hardware threads); 0.5 is half of one.',
  }),
  memory: withDefault(bytesField({ above: 0 }), memory, {
    effect: { at: '64 GiB', moves: ['cost up'] },
    help: 'Main memory.',
  }),
  network: optional(bandwidthField({ above: 0 }), {
    effect: { at: '4 Mbit/s', moves: ['mean up', 'success down'] },
    help: 'What its network card passes, in and out together; nothing: it is never full.',
  }),
})

const machineNames = Object.keys(machines)

const machineParams = {
  machine: optional(oneOf(...machineNames), {
    effect: { at: 'm7g.8xlarge', moves: ['busy down'] },
    help: 'A machine of the price book: its processors, memory and price stand for those of `size`.',
  }),
  price: optional(moneyPerMonthField, {
    effect: { at: '777 USD/month', moves: ['cost up'] },
    help: 'Of one instance per month; nothing: the list price of its size, on demand.',
  }),
}

export interface SizeSettings {
  readonly size: {
    readonly cpu: number
    readonly memory: Bytes
    readonly network: number | null
    readonly disk: DiskSettings | null
  }
  readonly machine: string | null
  readonly price: Dollars | null
}

/** What each instance has, the machine's figures before those of `size`. */
export function processorsOf({ size, machine }: SizeSettings): { readonly cpu: number; readonly memory: Bytes } {
  const found = machine === null ? undefined : machines[machine]
  return found ? { cpu: found.cpu, memory: found.memory * GIBIBYTE } : { cpu: size.cpu, memory: size.memory }
}

/** Of each instance: its network card, and what it costs: as written, or list price of processors, memory and disk. */
export function addSize(bench: Workbench, group: GroupIndex, settings: SizeSettings): void {
  const { price, size } = settings
  if (size.network !== null) bench.addCard(group, size.network)
  if (price !== null) return bench.addCost('price as written', price, { isPerInstance: true })
  bench.addCost('machine', machinePrice(settings), { isPerInstance: true })
  if (size.disk !== null) bench.addCost('disk', diskPrice(size.disk), { isPerInstance: true })
}

function machinePrice(settings: SizeSettings): Dollars {
  const found = settings.machine === null ? undefined : machines[settings.machine]
  if (found) return found.price * HOURS_PER_MONTH
  const { cpu, memory } = processorsOf(settings)
  return (cpu * hourly.cpu + (memory / GIBIBYTE) * hourly.memory) * HOURS_PER_MONTH
}

function diskPrice({ kind, space, iops, throughput }: DiskSettings): Dollars {
  const price = disks[kind]
  const iopsBeyond = Math.max(0, (iops ?? 0) - price.iopsIncluded)
  const bytesBeyond = Math.max(0, (throughput ?? 0) - price.throughputIncluded)
  return (space / GIGABYTE) * price.space + iopsBeyond * price.iops + (bytesBeyond / 1e6) * price.throughput
}

/** A machine says what `size` says too: one of them has to go. */
export function checkSize({ size, machine }: SizeSettings, defaults: SizeDefaults): readonly SettingsProblem[] {
  const found = machine === null ? undefined : machines[machine]
  if (!found || machine === null) return []
  const isOther = size.cpu !== found.cpu && String(size.cpu) !== defaults.cpu
  if (!isOther) return []
  const message = `\`machine: ${machine}\` has ${found.cpu} processors, \`size.cpu\` says ${size.cpu}: the machine counts`
  return [{ severity: 'warning', code: 'size-and-machine', param: 'size', message, hint: 'write one of them' }]
}
