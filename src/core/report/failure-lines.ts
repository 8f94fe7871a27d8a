import type { Result } from '../result/result.ts'
import { type Style, wrap } from './layout.ts'

const MARGIN = ' '.repeat(12)

const codes: ReadonlySet<string> = new Set(['not-survived', 'goal-missed'])
const signs = { error: '✘', warning: '✘', note: '?' } as const
const colors = { error: 'red', warning: 'yellow', note: 'yellow' } as const

/** Failures that are to be survived and are not, and recovery goals that do not hold; what was accepted is no news. */
export function failureLines(results: readonly Result[], most: number, style: Style): readonly string[] {
  const all = results
    .flatMap(({ findings }) => findings)
    .filter(({ code, accepted }) => codes.has(code) && accepted === undefined)
  const shown = all.length <= most ? all : all.slice(0, most)
  const lines = shown.flatMap(({ severity, message }, i) => {
    const text = `${i === 0 ? 'failures    ' : MARGIN}${signs[severity]} ${message}`
    return wrap(text, style.width, `${MARGIN}  `).map((line) => style.paint(colors[severity], line))
  })
  const rest = all.length - shown.length
  return rest > 0 ? [...lines, `${MARGIN}and ${rest} more (--full; loadpath availability shows all)`] : lines
}

/** Failures that the requirements say are survived, and that break an objective that else holds. */
export const unsurvived = (results: readonly Result[]): number =>
  results
    .flatMap(({ findings }) => findings)
    .filter(({ code, severity, accepted }) => code === 'not-survived' && severity === 'error' && accepted === undefined)
    .length
