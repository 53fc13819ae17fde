/** The header lines of a message, in order, with names as they were written. */
export type HeaderLines = readonly HeaderLine[]

export type HeaderLine = readonly [name: string, value: string]

/** Looks up headers of a request. */
export interface RequestHeaders {
  /**
   * Returns the value of a field, by its lower-case name; `undefined` if there is no such line, `""` if it is empty. Several
   * lines are joined by `", "`, those of `cookie` by `"; "`.
   */
  get(name: string): string | undefined
  /** Whether none of these fields, by their lower-case names, is present. Optional. */
  lacks?(names: ReadonlySet<string>): boolean
}

/** All lines of a field as one value, joined by `", "`; `undefined` when there is none. `name` is in lower case. */
export function fieldOf(lines: HeaderLines, name: string): string | undefined {
  let joined: string | undefined
  for (const [other, value] of lines) {
    if (sameName(other, name)) joined = joined === undefined ? value : `${joined}, ${value}`
  }
  return joined
}

/** The lines without those of the named fields. The names are in lower case. */
export function withoutFields(lines: HeaderLines, names: ReadonlySet<string>): HeaderLine[] {
  return lines.filter(([name]) => !names.has(name.toLowerCase()))
}

/** Whether a name in any letter case is the lower-case one. */
function sameName(written: string, lowerCase: string): boolean {
  return written.length === lowerCase.length && (written === lowerCase || written.toLowerCase() === lowerCase)
}
