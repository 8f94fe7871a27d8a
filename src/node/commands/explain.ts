import type { Design, Model, SettingOrigin } from '../../core/index.ts'
import { reviewStepTitle } from '../../core/base/review-step.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { OperationError } from '../operation-error.ts'
import { type Context, defineCommand } from './define.ts'

/** What a message means, or where a number of a design comes from. */
export const explain = defineCommand({
  name: 'explain',
  summary: 'what a code or a cause means; where the numbers of a design come from',
  argument: [
    { spec: '<code-or-design>', about: 'a code of a message, a cause of a verdict, or a design file' },
    { spec: '[path]', about: 'with a file: components.api, or flows.checkout for the policies of its calls' },
  ],
  examples: [
    { line: 'loadpath explain retries', about: 'what a cause or a code means, and what helps' },
    { line: 'loadpath explain shop.loadpath.yaml components.db', about: 'each setting, written or default' },
    { line: 'loadpath explain shop.loadpath.yaml flows.checkout', about: 'the effective policy of each call' },
  ],
  options: [
    { flags: '--variant <name>', about: 'the design with this variant applied' },
    { flags: '--environment <name>', about: 'the design with this section of `environments` merged over it' },
    { flags: '--set <path=value>', about: 'change one value (repeatable)', isRepeatable: true },
    { flags: '--json', about: 'as JSON' },
  ],
  run: async (context) => {
    const [what = '', path] = context.args
    const isFile = path !== undefined || what === '-' || /[./\\]/.test(what)
    return isFile ? explainDesign(context, what, path) : explainCode(context, what)
  },
})

async function explainCode({ io, options }: Context, code: string): Promise<ExitCode> {
  const { codeTexts, nearestNames, referencesText, toJson } = await import('../../core/index.ts')
  const found = codeTexts[code]
  if (found === undefined) {
    const near = nearestNames(code, Object.keys(codeTexts))[0]
    const hint = near === undefined ? 'codes stand in [brackets] at the end of a message' : `did you mean ${near}?`
    throw new OperationError(`"${code}" is neither a code nor a cause`, { exitCode: 2, hint })
  }
  if (options['json'] === true) io.out(toJson({ code, ...found }))
  else {
    const step = found.step === undefined ? '' : ` (step ${reviewStepTitle(found.step)})`
    const listed = found.references === undefined ? '' : `\nreferences: ${referencesText(found.references)}\n`
    io.out(`${code}${step}\n\n${found.meaning}\n\nwhat helps: ${found.remedy}\n${listed}`)
  }
  return exitCodes.fine
}

async function explainDesign({ io, options }: Context, file: string, path: string | undefined): Promise<ExitCode> {
  const { prepare, renderDiagnostics, toJson, withPaths } = await import('../../core/index.ts')
  const { neighbours, readDesign } = await import('../design-file.ts')
  const { readSets } = await import('../run-options.ts')
  const { textOfTypeScript } = await import('../typescript-design.ts')
  const read = await readDesign(file, io)
  const text = read.text ?? (await textOfTypeScript(read))
  const variant = typeof options['variant'] === 'string' ? options['variant'] : null
  const environment = typeof options['environment'] === 'string' ? options['environment'] : null
  const prepared = prepare(text, {
    file: read.file,
    variant,
    environment,
    scenarios: 'baseline',
    sets: readSets(options),
    limits: {},
    readFile: neighbours(read.absolute),
  })
  const model = prepared.models[0]
  if (prepared.design === null || model === undefined) {
    const { diagnostics } = prepared
    const placed = read.text === null ? withPaths(diagnostics, text, read.file) : diagnostics
    io.err(renderDiagnostics(placed, { source: (name) => (name === read.file ? (read.text ?? undefined) : undefined) }))
    return exitCodes.invalid
  }
  const lines = await linesFor(prepared.design, model, path)
  io.out(options['json'] === true ? toJson(lines) : `${lines.join('\n')}\n`)
  return exitCodes.fine
}

async function linesFor(design: Design, model: Model, path: string | undefined): Promise<readonly string[]> {
  const { nearestNames, policyLines, settingsOf } = await import('../../core/index.ts')
  const [section = '', ...rest] = (path ?? 'components').split('.')
  if (section === 'policies') return policyLines(model)
  if (section === 'flows') {
    const { name } = split(rest, design.flows.keys())
    return policyLines(model, known(name, design.flows.keys(), 'flow', nearestNames))
  }
  if (section === 'components') {
    const { name, setting } = split(rest, design.components.keys())
    const one = known(name, design.components.keys(), 'component', nearestNames)
    const chosen = [...design.components.values()].filter((component) => one === null || component.id === one)
    const isAsked = ({ path: own }: SettingOrigin): boolean =>
      setting === '' || own === setting || own.startsWith(`${setting}.`)
    return chosen.flatMap((component) => componentLines(component, settingsOf(design, component.id).filter(isAsked)))
  }
  throw new OperationError(`"${path}" is not explained`, {
    exitCode: 2,
    hint: 'components[.name], flows[.name] or policies',
  })
}

/** A name and what follows it; names of imported things hold dots themselves. */
function split(parts: readonly string[], names: Iterable<string>) {
  const whole = parts.join('.')
  const fitting = [...names].filter((name) => whole === name || whole.startsWith(`${name}.`))
  const name = fitting.toSorted((a, b) => b.length - a.length)[0] ?? parts[0]
  return { name, setting: name === undefined ? '' : whole.slice(name.length + 1) }
}

function known(
  name: string | undefined,
  names: Iterable<string>,
  what: string,
  nearest: (word: string, names: Iterable<string>) => readonly string[],
): string | null {
  if (name === undefined) return null
  const all = [...names]
  if (all.includes(name)) return name
  const near = nearest(name, all)[0]
  const hint = near === undefined ? `there are: ${all.join(', ')}` : `did you mean ${near}?`
  throw new OperationError(`there is no ${what} "${name}"`, { exitCode: 2, hint })
}

type Component = Design['components'] extends ReadonlyMap<string, infer T> ? T : never

function componentLines(component: Component, rows: readonly SettingOrigin[]): readonly string[] {
  const { id, kind, technology, span } = component
  const isNamed = technology === kind ? kind : `${technology} (a ${kind})`
  const width = (of: (row: SettingOrigin) => string): number => Math.max(0, ...rows.map((row) => of(row).length))
  const [paths, values, origins] = [
    width((r) => r.path),
    Math.min(
      36,
      width((r) => r.value),
    ),
    width((r) => r.from),
  ]
  return [
    `${id}: ${isNamed}, ${span.file}:${span.line}`,
    ...rows.map(({ path, value, from, source, range }) => {
      const basis = [source, range === '' ? '' : `range ${range}`].filter((text) => text !== '').join('; ')
      return `  ${path.padEnd(paths)}  ${value.padEnd(values)}  ${from.padEnd(origins)}  ${basis}`.trimEnd()
    }),
  ]
}
