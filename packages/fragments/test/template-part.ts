/** A template in no engine's words, so that what all of them do is tested once. */
export type Template = readonly Part[]

export type Part =
  | string
  /** What the data call so, escaped. */
  | { readonly print: string }
  /** What a helper makes of it. */
  | { readonly call: string; readonly of: string }
  /** Once for each of a list, which is called `item` inside. */
  | { readonly each: string; readonly body: Template }
  | { readonly include: string }
  | { readonly cached: CacheTag; readonly body: Template }

export interface CacheTag {
  /** Default: 60. */
  readonly timeout?: Value
  readonly name?: Value
  readonly vary?: readonly Value[]
  readonly named?: Readonly<Record<string, Value>>
}

/** A value that stands in the template, or what the data call so. */
export type Value = string | number | null | { readonly variable: string }

/** How an engine writes the parts. */
export interface Spelling {
  print(name: string): string
  call(helper: string, name: string): string
  each(list: string, body: string): string
  include(name: string): string
  cached(tag: Required<CacheTag>, body: string): string
}

export function spell(spelling: Spelling, template: Template): string {
  const one = (part: Part): string => {
    if (typeof part === "string") return part
    if ("print" in part) return spelling.print(part.print)
    if ("call" in part) return spelling.call(part.call, part.of)
    if ("each" in part) return spelling.each(part.each, spell(spelling, part.body))
    if ("include" in part) return spelling.include(part.include)
    return spelling.cached(complete(part.cached), spell(spelling, part.body))
  }
  return template.map(one).join("")
}

export function complete(tag: CacheTag): Required<CacheTag> {
  return { timeout: 60, name: "a", vary: [], named: {}, ...tag }
}

/** A value as most engines write it. */
export function written(value: Value, variable: (name: string) => string = (name) => name): string {
  return typeof value === "object" && value !== null ? variable(value.variable) : JSON.stringify(value)
}
