// Breaks comment lines that are wider than the house allows: the formatter leaves comments alone.
// `node scripts/wrap-comments.mjs [file ...]`, all of src without a file. Only whole-line comments are touched.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const most = 120
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const named = process.argv.slice(2)

for (const file of named.length > 0 ? named : everyFile()) {
  const text = readFileSync(file, 'utf8')
  if (/^\/\/ @(?:generated|data)\b/.test(text)) continue
  const wrapped = wrapLines(text.split('\n')).join('\n')
  if (wrapped !== text) writeFileSync(file, wrapped)
}

function everyFile() {
  return readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.join(root, 'src', name))
}

/** What is too long takes the rest of its paragraph along, so that no single word is left on a line. */
function wrapLines(lines) {
  const out = []
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at]
    const prefix = /^\s*(?:\/\/|\*) /.exec(line)?.[0]
    while (width(line) > most && prefix && continues(lines[at + 1], prefix))
      line += ` ${lines[++at].slice(prefix.length)}`
    out.push(...wrapLine(line))
  }
  return out
}

function continues(line, prefix) {
  return line?.startsWith(prefix) && !line.endsWith('*/') && /^[\w`('"{]/.test(line.slice(prefix.length))
}

function wrapLine(line) {
  if (width(line) <= most) return [line]
  const [, indent = '', mark, words = ''] = /^(\s*)(\/\/|\/\*\*|\*) (.*)$/.exec(line) ?? []
  if (mark === undefined) return [line]
  if (mark === '/**') {
    if (!words.endsWith('*/')) return [line]
    return [`${indent}/**`, ...fill(words.slice(0, -2).trim(), `${indent} * `), `${indent} */`]
  }
  // `* text */` closes its comment on the same line.
  if (words.endsWith('*/')) return [...fill(words.slice(0, -2).trim(), `${indent}* `), `${indent}*/`]
  return fill(words, `${indent}${mark} `)
}

/** Lines of whole words; a list entry or a tag goes on under its text. */
function fill(words, prefix) {
  const hang = /^(?:[-*] |@)/.test(words.trimStart()) ? '  ' : ''
  const lines = []
  let line = prefix + (/^\s*/.exec(words)?.[0] ?? '')
  let isEmpty = true
  for (const word of words.trim().split(' ')) {
    const longer = isEmpty ? line + word : `${line} ${word}`
    if (isEmpty || width(longer) <= most) line = longer
    else {
      lines.push(line)
      line = prefix + hang + word
    }
    isEmpty = false
  }
  return [...lines, line]
}

function width(line) {
  return [...line].length
}
