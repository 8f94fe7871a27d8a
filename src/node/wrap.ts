/** Words in lines of at most `width` where they fit, later lines indented. Runs of spaces stay. */
export function wrap(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length <= width || line === '') line = longer
    else {
      lines.push(line)
      line = indent + word
    }
  }
  return [...lines, line]
}
