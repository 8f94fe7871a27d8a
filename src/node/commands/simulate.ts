import { simulateOptionSpecs } from '../run-options.ts'
import { defineCommand } from './define.ts'

/** Numbers for one situation, as precise as asked. */
export const simulate = defineCommand({
  name: 'simulate',
  summary: 'measure one situation (the baseline, or a --scenario) as precisely as asked',
  argument: [
    {
      spec: '[design]',
      about: 'a file, - for standard input; without one, the nearest loadpath.yaml or *.loadpath.yaml',
    },
  ],
  examples: [
    { line: 'loadpath simulate shop.loadpath.yaml --precision 2%', about: 'until every p99 is known within 2%' },
    {
      line: 'loadpath simulate shop.loadpath.yaml --scenario zone-a-lost --full',
      about: 'one scenario, everything shown',
    },
    {
      line: 'loadpath simulate shop.loadpath.yaml --duration 10min --replications 8 --seed 7 --json',
      about: 'a fixed experiment',
    },
  ],
  options: simulateOptionSpecs,
  run: async (context) => (await import('../run-design.ts')).simulateDesign(context),
})
