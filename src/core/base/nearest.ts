/** Longest name that is compared. */
const LENGTH_MOST = 64

/**
 * Names within a third of their length of edits from `word`, nearest first: "did you mean". One letter is near to no
 * other.
 */
export function nearestNames(word: string, candidates: Iterable<string>, most = 3): readonly string[] {
  if (word.length > LENGTH_MOST) return []
  const found: { name: string; distance: number }[] = []
  const lower = word.toLowerCase()
  for (const name of candidates) {
    const length = Math.max(word.length, name.length)
    const limit = length <= 2 ? length - 1 : Math.floor(length / 3)
    if (name.length > LENGTH_MOST || Math.abs(name.length - word.length) > limit) continue
    const distance = editDistance(lower, name.toLowerCase(), limit)
    if (distance <= limit) found.push({ name, distance })
  }
  found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
  return found.slice(0, most).map((f) => f.name)
}

/**
 * Edits (insert, delete, replace, swap of neighbours) between two short words; `Infinity` once it is known that there
 * are more than `limit`.
 */
export function editDistance(a: string, b: string, limit = Infinity): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  let least = 0
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    const leastBefore = least
    least = i
    for (let j = 1; j <= b.length; j++) {
      const change = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1
      let cost = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + change)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      }
      row.push(cost)
      if (cost < least) least = cost
    }
    // A swap reaches over one row; with two rows beyond the limit nothing gets back.
    if (least > limit && leastBefore > limit) return Infinity
    before = last
    last = row
  }
  return last[b.length] ?? 0
}
