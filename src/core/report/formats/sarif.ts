import type { Severity } from '../../base/diagnostic.ts'
import { allReviewSteps, reviewSteps, reviewStepTitle } from '../../base/review-step.ts'
import type { ObjectiveResult } from '../../result/result.ts'
import type { CodeText } from '../codes.ts'
import { acceptedText } from '../diagnostic-text.ts'
import { toJson } from '../envelope.ts'
import { escapeControls } from '../text-width.ts'
import type { CheckFacts, Format, Issue, Place } from './define.ts'
import { fingerprint, issuesOf, judgedResults } from './issues.ts'

export const sarif: Format = {
  name: 'sarif',
  about: 'SARIF 2.1.0: for code scanning; objectives that are not met, and every finding',
  write: (facts) => {
    const issues = issuesOf(facts)
    const codes = [...new Set(issues.map(({ code }) => code))].sort()
    return toJson({
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: driver(facts, codes, issues) },
          automationDetails: { id: `loadpath/${facts.name}/` },
          columnKind: 'utf16CodeUnits',
          originalUriBaseIds: { [ROOT]: { description: { text: 'The root of the repository.' } } },
          invocations: [
            {
              commandLine: facts.command,
              executionSuccessful: facts.results.every(({ status }) => status !== 'partial'),
            },
          ],
          results: issues.map((issue) => resultOf(issue, codes.indexOf(issue.code))),
          properties: {
            objectives: judgedResults(facts).flatMap(({ objectives }) => objectives.map(judged)),
            skipped: facts.skipped,
          },
        },
      ],
    })
  },
}

const ROOT = '%SRCROOT%'

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'note' }

function driver({ version, codes: texts }: CheckFacts, codes: readonly string[], issues: readonly Issue[]) {
  return {
    name: 'Loadpath',
    version,
    semanticVersion: version,
    rules: codes.map((code) => {
      const { meaning, remedy, references }: CodeText = texts[code] ?? { meaning: code, remedy: '' }
      const mine = issues.filter((issue) => issue.code === code)
      const steps = allReviewSteps.filter((step) => mine.some((issue) => issue.step === step))
      const worst = mine.map(severityOf).toSorted((a, b) => order.indexOf(a) - order.indexOf(b))[0] ?? 'note'
      return {
        id: code,
        shortDescription: { text: firstSentence(meaning) },
        fullDescription: { text: meaning },
        help: {
          text: `${meaning}\n\nWhat helps: ${remedy}\n\nloadpath explain ${code}`,
          markdown: `${meaning}\n\n**What helps:** ${remedy}\n\n\`loadpath explain ${code}\``,
        },
        defaultConfiguration: { level: levels[worst] },
        properties: { tags: ['system-design', ...steps.map((step) => reviewSteps[step]), ...tagsOf(references)] },
      }
    }),
  }
}

/** As code scanning knows weaknesses. */
const tagsOf = (references: CodeText['references']): readonly string[] =>
  references === undefined
    ? []
    : ['security', ...references.cwe.map((number) => `external/cwe/cwe-${String(number).padStart(3, '0')}`)]

const order: readonly Severity[] = ['error', 'warning', 'note']

/** What was accepted keeps its level: the suppression says that it does not count. */
const severityOf = ({ severity, accepted }: Issue): Severity => accepted?.severity ?? severity

const firstSentence = (text: string): string => /^.*?[.:](?= |$)/.exec(text)?.[0].replace(/:$/, '.') ?? text

function resultOf(issue: Issue, ruleIndex: number) {
  const { code, message, hint, place, step, accepted, key } = issue
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severityOf(issue)],
    message: { text: sentence(hint === null ? message : `${message} (hint: ${hint})`) },
    locations: [{ physicalLocation: locationOf(place) }],
    partialFingerprints: { 'loadpath/v1': fingerprint(key) },
    ...(accepted === null ? {} : { suppressions: [{ kind: 'inSource', justification: acceptedText(accepted) }] }),
    properties: { step: reviewStepTitle(step) },
  }
}

function locationOf({ file, line, column, endColumn }: Place) {
  const artifactLocation = { uri: uriOf(file), uriBaseId: ROOT }
  if (line === undefined) return { artifactLocation }
  const region = { startLine: line, startColumn: column ?? 1, ...(endColumn === undefined ? {} : { endColumn }) }
  return { artifactLocation, region }
}

/** A name with brackets is no link. */
const sentence = (text: string): string => escapeControls(text).replaceAll(/\[(?=[^\]]*\]\()/g, String.raw`\[`)

/** Relative, with forward slashes; a colon in the first part would be taken for a scheme. */
export function uriOf(file: string): string {
  const uri = file
    .split('/')
    .map((part) => encodeURIComponent(wellFormed(part)))
    .join('/')
  return uri === '' ? '.' : uri
}

/** Halves of characters cannot be encoded. */
const wellFormed = (text: string): string => text.replaceAll(/\p{Cs}/gu, '\uFFFD')

const judged = ({ scenario, id, target, verdict, measured, step, cause }: ObjectiveResult) => ({
  scenario,
  id,
  target,
  verdict,
  measured,
  step: reviewStepTitle(step),
  ...(cause === undefined ? {} : { cause }),
})
