import { defineCommand } from './define.ts'

/** How much load the design bears. */
export const knee = defineCommand({
  name: 'knee',
  summary: 'how much load the design bears: response time and goodput against load, what fills up, what would help',
  argument: [
    {
      spec: '[design]',
      about: 'a file, - for standard input; without one, the nearest loadpath.yaml or *.loadpath.yaml',
    },
  ],
  examples: [
    { line: 'loadpath knee shop.loadpath.yaml', about: 'the curve, the load at which each objective is missed' },
    { line: 'loadpath knee shop.loadpath.yaml --to 400% --svg knee.svg', about: 'further out, and as a picture' },
    { line: 'loadpath knee --flow buy --set components.api.instances=4 --full', about: 'one flow of a changed design' },
  ],
  options: [
    { flags: '--flow <name>', about: 'the flow whose curve is drawn (default: whose objective is missed first)' },
    {
      flags: '--from <share>',
      about: 'the smallest load of the curve, as a share of that of the design (default 10%)',
    },
    { flags: '--to <share>', about: 'the largest load of the curve (default 150%)' },
    { flags: '--simulate', about: 'play some of the loads, to see how near the computed curve is' },
    { flags: '--svg <file>', about: 'the curve as a picture, too' },
    { flags: '--scenario <name>', about: 'the design in this scenario' },
    { flags: '--variant <name>', about: 'the design with this variant applied' },
    { flags: '--environment <name>', about: 'the design with this section of `environments` merged over it' },
    {
      flags: '--set <path=value>',
      about: 'change one value, for example components.api.instances=4 (repeatable)',
      isRepeatable: true,
    },
    { flags: '--json', about: 'the result as JSON on standard output, nothing else there' },
    { flags: '--full', about: 'everything: all objectives, loads, flows and notes' },
    { flags: '-q, --quiet', about: 'only the verdict line and the exit code' },
    {
      flags: '--limit <name=number>',
      about: 'raise a limit of the reader, for example depth=128 (repeatable)',
      isRepeatable: true,
    },
    { flags: '--no-color', about: 'no colors' },
    { flags: '--ascii', about: 'nothing but ASCII' },
  ],
  run: async (context) => (await import('../run-knee.ts')).runKnee(context),
})
