import { defineCommand } from './define.ts'

/** What failures do to the design. */
export const availability = defineCommand({
  name: 'availability',
  summary:
    'what failures cost: nines and minutes for each flow, by cause; which failures are survived; what data is lost',
  argument: [
    {
      spec: '[design]',
      about: 'a file, - for standard input; without one, the nearest loadpath.yaml or *.loadpath.yaml',
    },
  ],
  examples: [
    { line: 'loadpath availability shop.loadpath.yaml', about: 'nines, minutes a month, and what takes them away' },
    {
      line: 'loadpath availability shop.loadpath.yaml --set components.db.replicas.count=2',
      about: 'what a second replica brings',
    },
    {
      line: 'loadpath availability --json | jq .result.availability.single_points',
      about: 'what must not fail',
    },
  ],
  options: [
    { flags: '--variant <name>', about: 'the design with this variant applied' },
    { flags: '--environment <name>', about: 'the design with this section of `environments` merged over it' },
    {
      flags: '--set <path=value>',
      about: 'change one value, for example components.api.instances=4 (repeatable)',
      isRepeatable: true,
    },
    { flags: '--json', about: 'the result as JSON on standard output, nothing else there' },
    { flags: '--full', about: 'everything: all causes, components and diagnostics' },
    {
      flags: '--limit <name=number>',
      about: 'raise a limit of the reader, for example depth=128 (repeatable)',
      isRepeatable: true,
    },
    { flags: '--no-color', about: 'no colors' },
    { flags: '--ascii', about: 'nothing but ASCII' },
  ],
  run: async (context) => (await import('../run-availability.ts')).runAvailability(context),
})
