interface Range {
  /** In lower case. */
  readonly language: string
  readonly weight: number
}

/**
 * The code that an `Accept-Language` prefers; `undefined` where it accepts none of them. Its ranges are looked up as RFC
 * 4647, 3.4 has it (`de-AT` finds `de`), the heaviest first (RFC 9110, 12.5.4). What is no range counts for nothing.
 */
export function preferredLanguage<Code extends string>(
  acceptLanguage: string,
  codes: readonly Code[],
): Code | undefined {
  const ranges = acceptLanguage
    .split(",")
    .map(readRange)
    .filter((range) => range !== undefined)
    .toSorted((a, b) => b.weight - a.weight)
  const refused = new Set(ranges.filter(({ weight }) => weight === 0).map(({ language }) => language))
  const acceptable = codes.filter((code) => !refused.has(code))
  for (const { language, weight } of ranges) {
    if (weight === 0) return undefined
    if (language === "*") return acceptable[0]
    const found = acceptable.find((code) => language === code || language.startsWith(`${code}-`))
    if (found !== undefined) return found
  }
  return undefined
}

function readRange(member: string): Range | undefined {
  const [language = "", parameter = "q=1", ...others] = member.split(";").map((part) => part.trim().toLowerCase())
  const weight = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameter)?.[1]
  if (weight === undefined || others.length > 0) return undefined
  return /^(?:\*|[a-z]{1,8}(?:-[a-z\d]{1,8})*)$/.test(language) ? { language, weight: Number(weight) } : undefined
}
