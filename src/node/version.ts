import { readFileSync } from 'node:fs'

/** From the package this file is part of: one folder up in the bundle, two in the source. */
export function packageVersion(): string {
  for (const folder of ['../', '../../']) {
    try {
      const parsed: unknown = JSON.parse(readFileSync(new URL(`${folder}package.json`, import.meta.url), 'utf8'))
      if (isNamed(parsed)) return parsed.version
    } catch {
      // Not this folder.
    }
  }
  return '0.0.0'
}

function isNamed(value: unknown): value is { readonly version: string } {
  return (
    typeof value === 'object' && value !== null && 'name' in value && value.name === 'loadpath' && 'version' in value
  )
}
