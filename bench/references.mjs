// The simulators that the product is measured against, made ready in a temporary folder. What the machine lacks is
// said and left out.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const folder = path.join(import.meta.dirname, 'reference')

/**
 * Compiles the C++ references and installs SimPy.
 *
 * @returns for each the command line of one run, or null and in `missing` why; `remove` deletes the folder
 */
export function prepareReferences(workloads) {
  const temporary = mkdtempSync(path.join(tmpdir(), 'loadpath-bench-'))
  const missing = []
  const cpp = compileCpp(temporary, [...new Set(workloads.map(({ source }) => source))], missing)
  const simpy = installSimpy(temporary, missing)
  return { cpp, simpy, missing, remove: () => rmSync(temporary, { recursive: true, force: true }) }
}

function compileCpp(temporary, sources, missing) {
  const compiler = process.env.CXX ?? 'g++'
  for (const source of sources) {
    const input = path.join(folder, `${source}.cpp`)
    const problem = runQuietly(compiler, ['-O3', '-std=c++20', '-o', path.join(temporary, source), input])
    if (problem === null) continue
    missing.push(`C++ reference: ${compiler} ${problem}`)
    return null
  }
  return ({ id, source }, seed, end) => [path.join(temporary, source), [id, `${seed}`, `${end}`]]
}

function installSimpy(temporary, missing) {
  const venv = path.join(temporary, 'venv')
  const python = path.join(venv, 'bin', 'python')
  const requirements = path.join(folder, 'requirements.txt')
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]
  const problem = runQuietly('python3', ['-m', 'venv', venv]) ?? runQuietly(python, install)
  if (problem !== null) {
    missing.push(`SimPy: python3 with venv and pip ${problem}`)
    return null
  }
  return ({ id }, seed, end) => [python, [path.join(folder, 'workloads.py'), id, `${seed}`, `${end}`]]
}

/** What went wrong, in words; null = nothing. */
function runQuietly(command, args) {
  const { error, status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (error) return error.code === 'ENOENT' ? 'is not on this machine' : `could not run: ${error.message}`
  if (status === 0) return null
  return `failed: ${stderr.trim().split('\n').at(-1) ?? ''}`
}
