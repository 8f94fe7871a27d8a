import { count, d, list, number, object, oneOf, orNull, text } from './json-schema.ts'

const from = object(
  {
    kind: d(
      oneOf('line', 'written', 'default', 'taken', 'solved'),
      'another line; the text of the design; what holds when nothing is written; the command or this version; the analytic engine',
    ),
  },
  {
    id: d(text, 'of a line: its id'),
    path: d(text, 'of what is written, or is not: the path of the setting'),
    text: d(text, 'of what is written: as it stands there; empty: it is a step of a flow'),
    assumes: d(list(text), 'of what is written: names of `assume` in it'),
    file: d(text, 'of what is written: the file'),
    line: d(count, 'of what is written: the line, from 1'),
    source: d(text, 'of a default, and of what is taken: a fact with its year, or an assumption'),
    range: d(text, 'of a default: plausible values; empty: none are stated'),
    how: d(text, 'of what the engine found: from what'),
  },
)

const unit = d(oneOf('count', 'ratio', 'per-second', 'bytes', 'bytes-per-second', 'seconds'), 'what the value is in')

const line = object({
  id: d(text, 'stable; `loadpath estimate --why <id>` opens it'),
  section: d(
    text,
    'part of the estimate: load, requests, messages, bandwidth, time, connections, storage, memory, iops, machines',
  ),
  subject: d(text, 'flow, component, data set or link that it is about'),
  name: d(text, 'which figure of it'),
  unit,
  value: d(number, 'in that unit'),
  low: d(orNull(number), 'lower end of its 90 % range; null: nothing that is not known moves it'),
  high: d(orNull(number), 'upper end; null: the same'),
  moved_by: d(list(text), 'unknown numbers that move it, the strongest first'),
  formula: d(text, 'over the names of its inputs'),
  rounding: d(oneOf('none', 'up to a whole number'), 'of the value'),
  inputs: d(
    list(
      object({
        name: d(text, 'as in the formula'),
        value: d(number, 'in its unit'),
        unit,
        from: d(from, 'where it comes from'),
      }),
    ),
    'numbers that go into it',
  ),
})

/** Of `loadpath estimate`. */
export const estimateSchema = object({
  machine: d(
    object({
      cpu: d(number, 'processors'),
      memory_bytes: d(number, 'main memory'),
      network_bytes_per_s: d(number, 'each way'),
      iops_per_s: d(number, 'random I/Os of its disk'),
      throughput_bytes_per_s: d(number, 'what its disk reads and writes'),
      disk_bytes: d(number, 'space of its disk'),
    }),
    'the machine that is counted in',
  ),
  lines: d(list(line), 'the numbers, those before others that follow from them'),
  gaps: d(
    list(
      object({
        section: d(text, 'part of the estimate that lacks it'),
        subject: d(text, 'what it is about'),
        missing: d(text, 'what is not known'),
        write: d(text, 'the line of a design that would make it known'),
        where: d(text, 'where to write it'),
      }),
    ),
    'what is not known',
  ),
  shortages: d(
    list(
      object({
        subject: d(text, '`the whole design`, or a component'),
        dimension: d(
          oneOf('cpu', 'memory', 'disk', 'iops', 'throughput', 'network'),
          'what it needs more of than one machine has',
        ),
        times: d(number, 'in machines'),
        line: d(text, 'the line that says so'),
      }),
    ),
    'what one machine has too little of: the whole design’s first, then those of components, the worst first',
  ),
})
