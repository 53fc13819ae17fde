/** A stretch of text, and whether it is to be marked. */
export interface Segment {
  readonly text: string
  readonly marked: boolean
}

interface Match {
  readonly start: number
  readonly end: number
  readonly text: string
}

const mostMatches = 400

/**
 * The passage of about `length` characters that has the most different matches of a global `pattern`, long ones before
 * short ones, then the most matches; cut at words. Empty where nothing matches.
 */
export function excerptOf(text: string, pattern: RegExp, length = 280): readonly Segment[] {
  const matches: Match[] = []
  for (const match of text.matchAll(pattern)) {
    matches.push({ start: match.index, end: match.index + match[0].length, text: match[0].toLowerCase() })
    if (matches.length === mostMatches) break
  }
  const densest = densestRun(matches, length * 0.8)
  const first = densest[0]
  const last = densest.at(-1)
  if (first === undefined || last === undefined) return []
  const margin = Math.max(0, length - (last.end - first.start)) / 2
  const start = wordStart(text, first.start - margin)
  const end = wordEnd(text, Math.max(last.end, start + length))
  return segmentsOf(text, start, end, matches)
}

function densestRun(matches: readonly Match[], width: number): readonly Match[] {
  let best: readonly Match[] = []
  let highest = 0
  let from = 0
  for (const [index, match] of matches.entries()) {
    while (match.end - (matches[from]?.start ?? match.start) > width && from < index) from += 1
    const run = matches.slice(from, index + 1)
    const variety = [...new Set(run.map(({ text }) => text))].reduce((sum, text) => sum + text.length, 0)
    const score = variety * mostMatches + run.length
    if (score > highest) {
      highest = score
      best = run
    }
  }
  return best
}

function segmentsOf(text: string, start: number, end: number, matches: readonly Match[]): readonly Segment[] {
  const segments: Segment[] = []
  let position = start
  const add = (until: number, marked: boolean) => {
    if (until > position) segments.push({ text: text.slice(position, until), marked })
    position = Math.max(position, until)
  }
  if (start > 0) segments.push({ text: "… ", marked: false })
  for (const match of matches) {
    if (match.start < start || match.end > end) continue
    add(match.start, false)
    add(match.end, true)
  }
  add(end, false)
  if (end < text.length) segments.push({ text: " …", marked: false })
  return segments
}

function wordStart(text: string, position: number): number {
  if (position <= 0) return 0
  return text.lastIndexOf(" ", Math.floor(position)) + 1
}

function wordEnd(text: string, position: number): number {
  const end = text.indexOf(" ", Math.ceil(position))
  return end === -1 ? text.length : end
}
