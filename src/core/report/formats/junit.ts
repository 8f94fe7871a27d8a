import { reviewStepTitle } from '../../base/review-step.ts'
import type { ObjectiveResult, Result } from '../../result/result.ts'
import { acceptedText } from '../diagnostic-text.ts'
import { escapeControls } from '../text-width.ts'
import type { CheckFacts, Format, Issue, Place } from './define.ts'
import { figures, issuesOf, judgedResults } from './issues.ts'

export const junit: Format = {
  name: 'junit',
  about: 'JUnit XML: a suite for each scenario, a case for each objective and each finding',
  write: (facts) => {
    const issues = issuesOf(facts)
    const suites = [
      designSuite(
        issues.filter(({ what, code }) => what === 'finding' && code !== RANGE),
        facts,
      ),
      ...judgedResults(facts).map((result) => scenarioSuite(result, issues, facts)),
      ...facts.skipped.map((one) => skippedSuite(one, facts)),
    ]
    const cases = suites.flatMap((suite) => suite.cases)
    const time = suites.reduce((sum, suite) => sum + suite.time, 0)
    const lines = [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="loadpath" ${counts(cases)} time="${time.toFixed(3)}">`,
      ...suites.flatMap(suiteLines),
      '</testsuites>',
    ]
    return `${lines.join('\n')}\n`
  },
}

/** Found in the figures of a scenario, so it stands there. */
const RANGE = 'metastable-range'

type Outcome =
  | { readonly kind: 'passed'; readonly text: string }
  | { readonly kind: 'failure' | 'error' | 'skipped'; readonly message: string; readonly text: string }

interface Case {
  readonly of: string
  readonly name: string
  readonly place: Place
  readonly properties: Readonly<Record<string, string>>
  readonly outcome: Outcome
}

interface Suite {
  readonly name: string
  readonly time: number
  readonly properties: Readonly<Record<string, string>>
  readonly cases: readonly Case[]
}

/** The design itself: one case for each finding, or one that says that there is none. */
function designSuite(issues: readonly Issue[], facts: CheckFacts): Suite {
  const none: Case = {
    of: `${facts.name}.design`,
    name: 'nothing was found',
    place: { file: facts.file },
    properties: {},
    outcome: { kind: 'passed', text: '' },
  }
  const properties = { file: facts.file, version: facts.version, command: facts.command }
  const cases = issues.map((issue) => findingCase(issue, facts))
  return { name: `${facts.name}.design`, time: 0, properties, cases: cases.length === 0 ? [none] : cases }
}

function findingCase(issue: Issue, { name, results }: CheckFacts): Case {
  const { severity, code, message, hint, accepted, place, step, isFailing, key } = issue
  const text = [message, hint === null ? '' : `hint: ${hint}`, accepted === null ? '' : acceptedText(accepted)]
  const said = { message, text: text.filter((line) => line !== '').join('\n') }
  // With mistakes nothing is played: the case did not fail, it could not be tried.
  const isMistake = severity === 'error' && results.length === 0
  const kind = isMistake ? 'error' : isFailing ? 'failure' : 'skipped'
  const asked = accepted === null ? said : { ...said, message: acceptedText(accepted) }
  const isNote = severity === 'note' && accepted === null && !isFailing
  return {
    of: `${name}.${reviewStepTitle(step)}`,
    // Lines and figures move; whoever keeps the history of a case knows it by what stays.
    name: key.replace(/ 1$/, ''),
    place,
    properties: { severity, code, step: reviewStepTitle(step) },
    outcome: isNote ? { kind: 'passed', text: said.text } : { kind, ...asked },
  }
}

function scenarioSuite(result: Result, issues: readonly Issue[], facts: CheckFacts): Suite {
  const { scenario, method, seed, replications, simulated_s: simulated, status, variant } = result
  const found = result.findings.flatMap(({ code, message }) =>
    issues.filter((issue) => issue.code === code && issue.message.endsWith(message)).slice(0, 1),
  )
  return {
    name: `${facts.name}.${scenario}`,
    time: result.wall_s,
    properties: {
      method,
      status,
      ...(variant === null ? {} : { variant }),
      ...(method === 'simulation'
        ? { seed: `${seed}`, replications: `${replications}`, simulated_s: `${simulated}` }
        : {}),
    },
    cases: [
      ...result.objectives.map((one) => objectiveCase(one, result, { issues, facts })),
      ...found.map((issue) => findingCase(issue, facts)),
    ],
  }
}

interface Around {
  readonly issues: readonly Issue[]
  readonly facts: CheckFacts
}

function objectiveCase(objective: ObjectiveResult, result: Result, { issues, facts }: Around): Case {
  const { scenario, id, subject, target, step, verdict, measured, cause } = objective
  const issue = issues.find(({ key }) => key.startsWith(`objective ${scenario} ${id} `))
  const span = facts.spanOf(objective)
  return {
    of: `${facts.name}.${scenario}`,
    name: `${subject.id} ${target}`,
    place: issue?.place ?? { file: facts.file, ...(span === null ? {} : { line: span.line }) },
    properties: {
      verdict,
      step: reviewStepTitle(step),
      ...(measured.value === null ? {} : { measured: `${measured.value}` }),
      ...(measured.low === null ? {} : { low: `${measured.low}` }),
      ...(measured.high === null ? {} : { high: `${measured.high}` }),
      ...(cause === undefined ? {} : { cause: `${cause.component} ${cause.reason}` }),
    },
    outcome: verdictOutcome(issue, figures(objective, result)),
  }
}

function verdictOutcome(issue: Issue | undefined, measured: string): Outcome {
  if (issue === undefined) return { kind: 'passed', text: measured }
  const isUndecided = issue.code === 'objective-undecided'
  const text = [issue.message, issue.hint === null ? '' : `what helps: ${issue.hint}`].filter((line) => line !== '')
  const kind = isUndecided && !issue.isFailing ? 'skipped' : 'failure'
  return { kind, message: `${isUndecided ? 'undecided' : 'missed'}: ${measured}`, text: text.join('\n') }
}

function skippedSuite({ scenario, why }: CheckFacts['skipped'][number], { name, file }: CheckFacts): Suite {
  const outcome: Outcome = { kind: 'skipped', message: why, text: '' }
  const one: Case = { of: `${name}.${scenario}`, name: 'not played', place: { file }, properties: {}, outcome }
  return { name: `${name}.${scenario}`, time: 0, properties: {}, cases: [one] }
}

function counts(cases: readonly Case[]): string {
  const count = (kind: Outcome['kind']): number => cases.filter(({ outcome }) => outcome.kind === kind).length
  const [failures, errors, skipped] = [count('failure'), count('error'), count('skipped')]
  return `tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"`
}

function suiteLines({ name, time, properties, cases }: Suite): readonly string[] {
  return [
    `  <testsuite name=${quoted(name)} ${counts(cases)} time="${time.toFixed(3)}">`,
    ...propertyLines(properties, '    '),
    ...cases.flatMap(caseLines),
    '  </testsuite>',
  ]
}

function propertyLines(properties: Readonly<Record<string, string>>, indent: string): readonly string[] {
  const all = Object.entries(properties)
  if (all.length === 0) return []
  const lines = all.map(([name, value]) => `${indent}  <property name=${quoted(name)} value=${quoted(value)}/>`)
  return [`${indent}<properties>`, ...lines, `${indent}</properties>`]
}

function caseLines({ of, name, place: { file, line }, properties, outcome }: Case): readonly string[] {
  const where = line === undefined ? '' : ` line="${line}"`
  const head = `    <testcase classname=${quoted(of)} name=${quoted(name)} file=${quoted(file)}${where} time="0">`
  return [head, ...propertyLines(properties, '      '), ...outcomeLines(outcome), '    </testcase>']
}

function outcomeLines(outcome: Outcome): readonly string[] {
  if (outcome.kind === 'passed')
    return outcome.text === '' ? [] : [`      <system-out>${xml(outcome.text)}</system-out>`]
  const { kind, message, text } = outcome
  const head = `      <${kind} message=${quoted(message)}${kind === 'skipped' ? '' : ` type="${kind}"`}`
  return [text === '' ? `${head}/>` : `${head}>${xml(text)}</${kind}>`]
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** What XML has no way to write, like escape characters and halves of characters, shows as its number. */
const xml = (text: string): string =>
  text
    .split('\n')
    .map((line) => escapeControls(line).replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD'))
    .join('\n')
    .replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? '')

const quoted = (text: string): string => `"${xml(text).replaceAll('\n', '&#10;')}"`
