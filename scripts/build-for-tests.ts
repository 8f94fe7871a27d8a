import { spawnSync } from 'node:child_process'
import path from 'node:path'

/** Some tests take what is shipped: it has to be of the sources at hand. Does nothing when it is. */
export const setup = (): void => {
  const { status } = spawnSync(process.execPath, [path.join(import.meta.dirname, 'task.mjs'), 'build'], {
    stdio: 'inherit',
  })
  if (status !== 0) process.env['LOADPATH_BUILD'] = 'failed'
}
