/** `token` of RFC 9110, 5.6.2. */
const tokenPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

export function isToken(text: string): boolean {
  return tokenPattern.test(text)
}

/**
 * The members of a comma-separated field (RFC 9110, 5.6.1), trimmed, without empty ones. Commas in quoted strings do not
 * separate; an unterminated quoted string extends to the end of the value.
 */
export function splitList(value: string, separator = ","): string[] {
  const members: string[] = []
  let start = 0
  let quoted = false
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index]
    if (quoted && character === "\\") index += 1
    else if (character === '"') quoted = !quoted
    else if (character === separator && !quoted) {
      pushTrimmed(members, value.slice(start, index))
      start = index + 1
    }
  }
  pushTrimmed(members, value.slice(start))
  return members
}

/** The names in a list of field names, in lower case and order, without duplicates. */
export function fieldNames(value: string): string[] {
  return [...new Set(splitList(value).map((name) => name.toLowerCase()))]
}

function pushTrimmed(members: string[], member: string): void {
  const trimmed = member.trim()
  if (trimmed !== "") members.push(trimmed)
}
