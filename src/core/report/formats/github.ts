import type { Severity } from '../../base/diagnostic.ts'
import { reviewSteps } from '../../base/review-step.ts'
import { escapeControls } from '../text-width.ts'
import type { Format, Issue } from './define.ts'
import { issuesOf } from './issues.ts'

export const github: Format = {
  name: 'github',
  about: 'workflow commands for GitHub Actions: each finding beside its line in a pull request',
  // What was accepted is known: it would be said on every pull request.
  write: (facts) =>
    issuesOf(facts)
      .filter(({ accepted }) => accepted === null)
      .map(annotation)
      .join(''),
}

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' }

function annotation({ severity, place, step, code, message, hint }: Issue): string {
  const { file, line, column, endColumn } = place
  const properties = Object.entries({
    file,
    line,
    ...(line !== undefined && endColumn !== undefined ? { endLine: line } : {}),
    col: column,
    endColumn,
    title: `${reviewSteps[step]}: ${code}`,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escaped(`${value}`, /[%\r\n:,]/g)}`]))
  const text = [message, hint === null ? '' : `hint: ${hint}`].filter((part) => part !== '').join('\n')
  return `::${levels[severity]} ${properties.join(',')}::${escaped(text, /[%\r\n]/g)}\n`
}

/** As the runner decodes it: a line feed in a name can then not start a command of its own. */
const escaped = (text: string, signs: RegExp): string =>
  text
    .split('\n')
    .map(escapeControls)
    .join('\n')
    .replaceAll(signs, (sign) => `%${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`)
