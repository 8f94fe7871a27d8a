/** Exit codes by class: a script can tell a missed objective from a typing mistake. */
export const exitCodes = {
  fine: 0,
  missed: 1,
  invalid: 2,
  environment: 3,
  unusable: 4,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
