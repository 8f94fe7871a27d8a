import { commandsPage } from './reference/commands-page.ts'
import { diagnosticsPage } from './reference/diagnostics-page.ts'
import { kindPages } from './reference/kind-pages.ts'
import { knobsPage } from './reference/knobs-page.ts'
import { languagePage } from './reference/language-page.ts'
import type { ParamsOf } from './reference/params.ts'
import { resultsPage } from './reference/results-page.ts'

/**
 * The reference: Markdown made of the definitions that the product itself works by. Path in `docs/reference` → text.
 *
 * @param paramsOf  the keys of a map by its schema; a field keeps them to itself
 */
export const referencePages = async (paramsOf: ParamsOf): Promise<ReadonlyMap<string, string>> =>
  new Map([
    ['language.md', languagePage(paramsOf)],
    ...kindPages(paramsOf),
    ['knobs.md', knobsPage(paramsOf)],
    ['commands.md', await commandsPage()],
    ['results.md', resultsPage()],
    ['diagnostics.md', diagnosticsPage()],
  ])
