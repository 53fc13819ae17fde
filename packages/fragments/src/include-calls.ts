/** Matches `include("name"`, `includeAsync("name"` and `layout("name"`; a computed name is not captured. */
const includeCall = /\b(?:include(?:Async)?|layout)\s*\(\s*(?:(["'`])((?:(?!\1|\\|\$\{)[\s\S])*)\1\s*[,)])?/g

/** The names of the templates that JavaScript code includes; `undefined` for a computed name. */
export function includeCalls(code: string): (string | undefined)[] {
  return [...code.matchAll(includeCall)].map(([, , name]) => name)
}
