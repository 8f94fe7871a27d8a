import type { SettingsProblem } from './define.ts'

/** A store or stream without parts can be asked for nothing. @param param  the key that holds them: `tables` */
export function checkNotEmpty(parts: { readonly size: number }, param: string): readonly SettingsProblem[] {
  if (parts.size > 0) return []
  const message = `\`${param}\` is empty: there is nothing that a flow could ask for`
  return [{ severity: 'error', code: 'no-parts', param, message, hint: `name what it holds in \`${param}\`` }]
}
