/** `include("name"`, `includeAsync("name"` or `layout("name"` and what follows; a name that is computed is not captured. */
const includeCall = /\b(?:include(?:Async)?|layout)\s*\(\s*(?:(["'`])((?:(?!\1|\\|\$\{)[\s\S])*)\1\s*[,)])?/g

/** The names of the templates that JavaScript in a template includes; `undefined` for one that is computed. */
export function includeCalls(code: string): (string | undefined)[] {
  return [...code.matchAll(includeCall)].map(([, , name]) => name)
}
