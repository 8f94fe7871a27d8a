import { componentParams } from '../../src/core/design/component-params.ts'
import type { Kind } from '../../src/core/kinds/define.ts'
import { kinds } from '../../src/core/kinds/index.ts'
import { hourly, machines } from '../../src/core/kinds/prices.ts'
import { exampleText, kindExamples } from './kind-examples.ts'
import { bullets, code, codes, fence, GENERATED, page, table } from './markdown.ts'
import { paramTable, type ParamsOf } from './params.ts'

/** `kinds.md` and one page for each general kind with its technologies, by path in `docs/reference`. */
export function kindPages(paramsOf: ParamsOf): ReadonlyMap<string, string> {
  const general = kinds.filter(({ is }) => is === null)
  return new Map([
    ['kinds.md', indexPage(general, paramsOf)],
    ...general.map((kind) => [`kinds/${kind.id}.md`, kindPage(kind, paramsOf)] as const),
  ])
}

const technologiesOf = ({ id }: Kind): readonly Kind[] => kinds.filter(({ is }) => is === id)

const indexPage = (general: readonly Kind[], paramsOf: ParamsOf): string =>
  page([
    '# Kinds of components',
    GENERATED,
    'Every component has a `kind`. A technology *is* its general kind with other defaults; a kind of your own (section ' +
      '`kinds`) is another kind with other defaults.',
    table(
      ['kind', 'technologies', 'what it is'],
      general.map((kind) => [
        `[${code(kind.id)}](kinds/${kind.id}.md)`,
        technologiesOf(kind)
          .map(({ id, aliases }) => codes([id, ...aliases]))
          .join(', '),
        kind.about,
      ]),
    ),
    '## Keys of every component',
    paramTable(componentParams, paramsOf),
    '## Reading the tables',
    bullets([
      '*default*: what counts when the key is not written. `loadpath explain <design> components.<name>` shows what counts in a design.',
      '*plausible*: the range in which such a value usually lies; for your own judgement, nothing is drawn from it.',
      '*source of the default*: who measured or documented it, or `assumption`. Choices of the author have none.',
      '`<name>` in a key stands for a name of your own: `tables.<name>.rows`.',
      'Which setting moves what, and which way: [what settings move](knobs.md).',
      'A bare mean of a time gets the shape that its form names: *skewed* is log-normal with a coefficient of variation of 1.',
    ]),
    '## Machines',
    'For `machine:`; list prices on demand in us-east-1, without discounts. A `size` that is no machine costs ' +
      `${hourly.cpu} USD an hour for each processor and ${hourly.memory} USD for each GiB.`,
    table(
      ['machine', 'processors', 'GiB', 'USD per hour'],
      Object.entries(machines).map(([name, { cpu, memory, price }]) => [code(name), `${cpu}`, `${memory}`, `${price}`]),
    ),
  ])

function kindPage(kind: Kind, paramsOf: ParamsOf): string {
  const { id, about, aliases, verbs, parts, models, doesNotModel } = kind
  const technologies = technologiesOf(kind)
  const example = kindExamples[id]
  return page([
    `# ${code(id)}`,
    GENERATED,
    about,
    bullets([
      ...(aliases.length > 0 ? [`also written ${codes(aliases)}`] : []),
      ...(technologies.length > 0
        ? [`technologies: ${technologies.map((one) => `[${code(one.id)}](#${one.id})`).join(', ')}`]
        : []),
      verbs.length > 0 ? `asked by: ${codes(verbs)}` : 'asked by nobody: flows run on it with `by`',
      ...(parts === null ? [] : [`flows name its ${parts}: ${code(`<component>.<name of one of its ${parts}>`)}`]),
    ]),
    example === undefined ? '' : fence('yaml', exampleText(id, example)),
    '## Settings',
    'Beside the [keys of every component](../kinds.md#keys-of-every-component).',
    paramTable(kind.params, paramsOf, { note: (path) => withoutEffectNote(kind, path) }),
    '## What is modelled',
    bullets(models),
    '## What is not',
    bullets(doesNotModel),
    ...(technologies.length === 0 ? [] : ['## Technologies', ...technologies.map((one) => technologyPart(one, kind))]),
  ])
}

/** `topics.*.keep` of a kind is `topics.<name>.keep` here. */
function withoutEffectNote({ withoutEffect }: Kind, path: string): string {
  const why = withoutEffect[path.replaceAll('<name>', '*')]
  return why === undefined ? '' : `Kept, not simulated: ${why}.`
}

function technologyPart({ id, aliases, about, presets, models, doesNotModel }: Kind, general: Kind): string {
  const more = (own: readonly string[], all: readonly string[]): readonly string[] =>
    own.filter((line) => !all.includes(line))
  return page([
    `### ${id}`,
    about,
    ...(aliases.length > 0 ? [`Also written ${codes(aliases)}.`] : []),
    table(
      ['key', 'default', 'source'],
      Object.entries(presets).map(([path, { value, source }]) => [code(path), code(value), source]),
    ),
    bullets(more(models, general.models)),
    ...(more(doesNotModel, general.doesNotModel).length > 0
      ? [`Not modelled: ${more(doesNotModel, general.doesNotModel).join('; ')}.`]
      : []),
  ]).trimEnd()
}
