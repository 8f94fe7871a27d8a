import { type Distribution, fixed, meanOf } from '../model/distribution.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { optional, record, required, withDefault } from '../text/param.ts'
import { bandwidthField, lawField, moneyPerMonthField, timeField, wholeField } from '../text/quantity-fields.ts'
import { blobParts, blobsOf, filesField, spaceOf } from './blobs.ts'
import { addCopies, addServers, leaderOf, noConnections } from './copies.ts'
import { defineKind, type RowAsk } from './define.ts'
import { upkeepParams } from './fleet.ts'
import { checkNotEmpty } from './named-parts.ts'
import { blobHoldings, copiesOf } from './holdings.ts'
import { storage } from './prices.ts'

const GIGABYTE = 1e9

const latencyKeys = {
  read: withDefault(lawField('time', 'skewed'), 'lognormal(mean 0.8 ms cv 0.8)', {
    effect: { at: '500 ms', moves: ['mean up'] },
    help: 'Of each read, without its bytes.',
    source: 'Amazon EFS performance documentation, 2025: reads from 0.6 ms',
    range: '0.25 ms..3 ms',
  }),
  write: withDefault(lawField('time', 'skewed'), 'lognormal(mean 3.5 ms cv 0.8)', {
    effect: { at: '500 ms', moves: ['mean up'] },
    help: 'Of each write, without its bytes.',
    source: 'Amazon EFS performance documentation, 2025: writes from 2.7 ms',
    range: '1.6 ms..10 ms',
  }),
}

/** Files that several instances share over the network. */
export const fileStore = defineKind({
  id: 'file-store',
  aliases: ['nfs'],
  is: null,
  about: 'Files that several instances share over the network, with a throughput for all of them.',
  params: {
    files: required(filesField, { help: 'What it holds, by sort.' }),
    latency: withDefault(record(latencyKeys, 'latencies'), '{}', { help: 'Time of a request beside the bytes.' }),
    throughput: withDefault(bandwidthField({ above: 0 }), '300 MB/s', {
      effect: { at: '10 MB/s', moves: ['mean up'] },
      help: 'Bytes per second of all requests together.',
      source: 'assumption: a file system of common size',
      range: '50 MB/s..3 GB/s',
    }),
    copies: withDefault(wholeField(), '3', {
      effect: { at: '1', moves: ['zone: success down'] },
      help: 'Zones that have the files: another serves when one is lost.',
      source: 'Amazon EFS documentation: regional file systems, 2025',
      range: '1..3',
    }),
    detect: withDefault(timeField(), '5 s', {
      effect: { at: '12 s', with: ['detect=1 s'], moves: ['zone: success down', 'crash: success down'] },
      help: 'Until a lost zone is left out.',
      source: 'assumption',
      range: '1 s..60 s',
    }),
    price: optional(moneyPerMonthField, {
      effect: { at: '777 USD/month', moves: ['cost up'] },
      help: 'Of the whole per month; nothing: its space.',
    }),
    ...upkeepParams,
  },
  presets: {},
  parts: 'files',
  verbs: ['read', 'write'],
  models: ['time of each request, throughput that all requests share'],
  doesNotModel: ['caches of clients, locks, metadata', 'throughput saved up for bursts'],
  withoutEffect: {},
  partsOf: ({ files }) => blobParts(files),
  holdingsOf: ({ files, copies }) => blobHoldings(files, 'files', copiesOf(copies, 'copies')),
  check: ({ files }) => checkNotEmpty(files, 'files'),
  build: (settings, bench) => {
    const { files, latency, throughput, copies, detect, price } = settings
    const group = addCopies(bench, { perShard: copies, detect, promote: copies > 1 ? detect : Infinity })
    const lane: ResourceIndex = addServers(bench, group, {
      name: 'throughput',
      servers: 1,
      discipline: 'ps',
      label: 'disk',
    })
    const space = (spaceOf(files) / GIGABYTE) * storage.files
    bench.addCost(price === null ? 'space' : 'price as written', price ?? space, { isPerInstance: false })
    const pick = leaderOf('uniform')
    const bytesOf = (ask: RowAsk): number =>
      meanOf(ask.rows ?? fixed(1)) * Math.max(1, ask.count.fixed) * blobsOf(files, ask.part).size
    const steps = (ask: RowAsk, name: string, law: Distribution): readonly Step[] => {
      const time = bytesOf(ask) / throughput
      const { times } = ask.count
      const served =
        times === null ? ask.write.serve(lane, fixed(time)) : ask.write.serve(lane, fixed(0), { each: time, times })
      return [ask.write.delay(name, law), served]
    }
    return {
      primary: lane,
      group,
      ...noConnections,
      read: (ask) => ({ group, pick, steps: steps(ask, 'read', latency.read), send: 0, receive: bytesOf(ask) }),
      write: (ask) => ({ group, pick, steps: steps(ask, 'write', latency.write), send: bytesOf(ask), receive: 0 }),
    }
  },
})
