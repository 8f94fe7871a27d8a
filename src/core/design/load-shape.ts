import { unreachable } from '../base/assert.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import { type Field, fieldOf, mapped } from '../text/field.ts'
import { readShape, type Shape } from '../text/scalars/choices.ts'
import { measuredShape } from '../text/scalars/measured.ts'
import { SECONDS_PER_DAY } from '../text/scalars/units.ts'
import type { Actor } from './design.ts'

type Multipliers = Actor['shape']

/** How the rate of an actor goes over time, as multipliers of the rate that is written. */
export const shapeField: Field<Multipliers> = {
  form: '`flat`, `daily(low 30% peak 20:00)`, `weekly`, `ramp(...)`, `spike(...)` or `file(shape.csv)`',
  schema: { type: 'string', pattern: '^(flat|weekly|(daily|weekly|ramp|spike|file)\\(.*\\))$' },
  read: (node, reading) => {
    const file = node.kind === 'scalar' ? /^file\(([^()]*)\)$/.exec(node.text.trim()) : null
    if (file === null) return shapeByName.read(node, reading)
    const text = reading.textOf?.(file[1]?.trim() ?? '')
    const points = text === undefined ? undefined : measuredShape(text)
    if (points !== undefined) return points
    const message = `the shape in \`${file[1] ?? ''}\` cannot be read`
    reading.out.error('file-missing', node.span, message, 'name a file beside the design, lines like `5 min, 2.5`')
    return undefined
  },
}

const shapeByName: Field<Multipliers> = mapped(fieldOf('a shape of load', {}, readShape), multipliersOf)

/** Linear pieces of a quarter of an hour. */
const PIECE = 900
/** A jump takes this long: pieces of a line have no vertical. */
const JUMP = 0.001

function multipliersOf(shape: Shape): Multipliers {
  switch (shape.kind) {
    case 'flat':
      return []
    case 'daily':
      return days(1, shape, () => 1)
    case 'weekly':
      // Simulated time starts at midnight before Monday.
      return days(7, shape, (day) => (day >= 5 ? shape.weekend : 1))
    case 'ramp':
      return [
        { at: 0, times: shape.from },
        { at: shape.over, times: shape.to },
      ]
    case 'spike': {
      const { at, times } = shape
      const end = at + shape.for
      const before =
        at > 0
          ? [
              { at: 0, times: 1 },
              { at, times: 1 },
            ]
          : []
      const top = [
        { at: at > 0 ? at + JUMP : 0, times },
        { at: end, times },
      ]
      return [...before, ...top, { at: end + JUMP, times: 1 }]
    }
    default:
      return unreachable(shape)
  }
}

interface Day {
  readonly low: Ratio
  readonly peak: Seconds
}

/** A cosine through each day: `low` twelve hours from the peak, 1 at the peak. */
function days(count: number, { low, peak }: Day, factorOf: (day: number) => number): Multipliers {
  const times: number[] = []
  for (let at = 0; at <= count * SECONDS_PER_DAY; at += PIECE) times.push(at)
  // The peak itself is a corner too, wherever it lies between two quarters.
  for (let day = 0; day < count; day++) {
    const at = day * SECONDS_PER_DAY + (peak % SECONDS_PER_DAY)
    if (at % PIECE !== 0) times.push(at)
  }
  times.sort((a, b) => a - b)
  return times.map((at) => {
    const wave = (1 + cosineOfTurns((at - peak) / SECONDS_PER_DAY)) / 2
    return { at, times: (low + (1 - low) * wave) * factorOf(Math.floor(at / SECONDS_PER_DAY) % 7) }
  })
}

/** cos(2 pi x), of additions and multiplications alone, so that every machine gets the same bits. */
export function cosineOfTurns(x: number): number {
  const turn = Math.abs(x - Math.round(x))
  // Half a turn mirrors to a quarter, where the series is short.
  if (turn > 0.25) return -series(0.5 - turn)
  return series(turn)
}

function series(turn: number): number {
  const y = (2 * Math.PI * turn) ** 2
  let term = 1
  let sum = 1
  for (let k = 1; k <= 12; k++) {
    term *= -y / ((2 * k - 1) * (2 * k))
    sum += term
  }
  return sum
}
