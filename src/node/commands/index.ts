import { availability } from './availability.ts'
import { check } from './check.ts'
import type { Command } from './define.ts'
import { estimate } from './estimate.ts'
import { explain } from './explain.ts'
import { help } from './help.ts'
import { init } from './init.ts'
import { knee } from './knee.ts'
import { schema } from './schema.ts'
import { simulate } from './simulate.ts'
import { solve } from './solve.ts'

/** In the order of help. */
export const commands: readonly Command[] = [
  estimate,
  check,
  simulate,
  solve,
  knee,
  availability,
  explain,
  init,
  schema,
  help,
]
