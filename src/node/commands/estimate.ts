import { defineCommand } from './define.ts'

/** The numbers on the back of an envelope. */
export const estimate = defineCommand({
  name: 'estimate',
  summary: 'the numbers on the back of an envelope: rates, bandwidth, storage over years, memory, I/Os, machines',
  argument: [
    {
      spec: '[design]',
      about: 'a file, - for standard input; without one, the nearest loadpath.yaml or *.loadpath.yaml',
    },
  ],
  examples: [
    { line: 'loadpath estimate shop.loadpath.yaml', about: 'every number that follows from the load' },
    {
      line: 'loadpath estimate shop.loadpath.yaml --why storage.db.orders.3y',
      about: 'where one of them comes from, down to what is written',
    },
    {
      line: "loadpath estimate --years 2,10 --machine 'cpu: 8, memory: 32 GB, iops: 200/s'",
      about: 'other years, counted in other machines',
    },
  ],
  options: [
    { flags: '--why <id>', about: 'open one number: its formula, its inputs, and where each of them comes from' },
    { flags: '--years <list>', about: 'years ahead that storage is counted for (default 1,3,5)' },
    {
      flags: '--machine <keys>',
      about: 'the machine that is counted in: cpu, memory, disk, iops, throughput, network (default: AWS m7i.4xlarge)',
    },
    { flags: '--variant <name>', about: 'the design with this variant applied' },
    { flags: '--environment <name>', about: 'the design with this section of `environments` merged over it' },
    {
      flags: '--set <path=value>',
      about: 'change one value, for example load.visitors.users=2 M (repeatable)',
      isRepeatable: true,
    },
    { flags: '--json', about: 'the result as JSON on standard output, nothing else there' },
    { flags: '--full', about: 'every row, and everything that is not known' },
    {
      flags: '--limit <name=number>',
      about: 'raise a limit of the reader, for example depth=128 (repeatable)',
      isRepeatable: true,
    },
    { flags: '--no-color', about: 'no colors' },
    { flags: '--ascii', about: 'nothing but ASCII' },
  ],
  run: async (context) => (await import('../run-estimate.ts')).runEstimate(context),
})
