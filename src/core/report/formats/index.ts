import type { Format } from './define.ts'
import { github } from './github.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { sarif } from './sarif.ts'

/** For other programs, in the order of help. Text and JSON are what every command has. */
export const formats: readonly Format[] = [sarif, junit, github, markdown]
