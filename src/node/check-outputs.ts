import { existsSync, statSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import path from 'node:path'
import {
  type CheckFacts,
  codeTexts,
  type Diagnostic,
  type Format,
  formats,
  pathsIn,
  type Prepared,
  type Result,
} from '../core/index.ts'
import type { DesignText } from './design-file.ts'
import { isFailing } from './fail-on.ts'
import type { Io } from './io.ts'
import { neighbours } from './design-file.ts'
import { errorCode, OperationError } from './operation-error.ts'
import type { RunSettings } from './run-options.ts'
import { writeFileSafely } from './write-file.ts'

export interface Checked {
  readonly design: DesignText
  /** What was read: for a TypeScript design the JSON that it became. */
  readonly text: string
  readonly prepared: Prepared
  /** Findings of the figures alone. */
  readonly results: readonly Result[]
  readonly diagnostics: readonly Diagnostic[]
  readonly command: string
  readonly version: string
}

/** The facts of a check for other programs. Files are named from the root of the repository: so do forges. */
export function factsOf({ io, settings }: { io: Io; settings: RunSettings }, checked: Checked): CheckFacts {
  const { design, text, prepared, results, diagnostics, command, version } = checked
  const isGenerated = design.text === null
  const root = repositoryOf(design.absolute, io)
  const read = neighbours(design.absolute)
  const pathOf = (file: string): string => {
    if (design.absolute === '') return 'stdin'
    // What a design imports is named from its own folder.
    const absolute = file === design.file ? design.absolute : path.resolve(path.dirname(design.absolute), file)
    return path.relative(root, absolute).replaceAll(path.sep, '/')
  }
  return {
    version,
    name:
      results[0]?.design.name ??
      prepared.design?.name ??
      path.basename(design.file).replace(/(?:\.loadpath)?\.\w+$/, ''),
    file: pathOf(design.file),
    command,
    results,
    diagnostics,
    skipped: prepared.skipped,
    codes: codeTexts,
    isFailing: isFailing(settings.failOn),
    spanOf: isGenerated ? () => null : spansOf(prepared),
    pathOf,
    source: (file) => (file === design.file ? text : (read(file) ?? undefined)),
    keysAt: isGenerated ? ({ file }) => file.split('#')[1] ?? '' : keysIn(text, design.file),
  }
}

/** The text is read again only for what needs it. */
function keysIn(text: string, file: string): CheckFacts['keysAt'] {
  let found: CheckFacts['keysAt'] | undefined
  return (span) => {
    found ??= pathsIn(text, file)
    return found(span)
  }
}

function spansOf({ models, design }: Prepared): CheckFacts['spanOf'] {
  return (of) => {
    if ('component' in of) return design?.components.get(of.component)?.span ?? null
    const model = models.find(({ scenario }) => scenario === of.scenario)
    return model?.objectives.find(({ id, text }) => id === of.id && text === of.target)?.span ?? null
  }
}

/** The folder that holds `.git`, or where the command runs. */
function repositoryOf(design: string, { cwd, env }: Io): string {
  const workspace = env['GITHUB_WORKSPACE']
  if (workspace !== undefined && isIn(design, workspace)) return workspace
  for (let folder = path.dirname(design); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.git'))) return folder
    if (path.dirname(folder) === folder) return isIn(design, cwd) ? cwd : path.dirname(design)
  }
}

const isIn = (file: string, folder: string): boolean => file.startsWith(path.resolve(folder) + path.sep)

/** One thing to print, into a file or, without one, on standard output. */
export interface Output {
  readonly format: string
  readonly file: string | null
}

/** @param textOf  text and JSON, which every command has */
export async function writeOutputs(
  io: Io,
  outputs: readonly Output[],
  { facts, textOf }: { readonly facts: CheckFacts; readonly textOf: (format: 'text' | 'json') => string },
): Promise<void> {
  const written = (format: string): string =>
    format === 'text' || format === 'json' ? textOf(format) : formatOf(format).write(facts)
  // Files first: whoever reads standard output may already look for them.
  for (const { format, file } of outputs)
    if (file !== null) await writeOutput(path.resolve(io.cwd, file), written(format))
  for (const { format, file } of outputs) if (file === null) io.out(written(format))
}

function formatOf(name: string): Format {
  const found = formats.find((one) => one.name === name)
  if (found === undefined) throw new OperationError(`there is no format ${name}`, { exitCode: 2 })
  return found
}

/** A pipe or a terminal is written to; a file is replaced whole. */
async function writeOutput(file: string, text: string): Promise<void> {
  const isSpecial = existsSync(file) && !statSync(file).isFile()
  if (!isSpecial) return writeFileSafely(file, text)
  await appendFile(file, text).catch((error: unknown) => {
    const why = errorCode(error) === 'EISDIR' ? 'it is a folder' : error instanceof Error ? error.message : 'it failed'
    throw new OperationError(`cannot write ${file}: ${why}`, { exitCode: 3 })
  })
}
