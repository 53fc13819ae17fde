/** How a page's policies permit an inline style sheet. */
export interface StylePermission {
  /** The nonce for the `<style>` element. */
  readonly nonce: string | undefined
  /** The values of the headers, with the hash of the style sheet added where they need it. */
  readonly policies: readonly string[]
}

const inlineAllowance = "'unsafe-inline'"
const nonceSource = /^'nonce-([A-Za-z0-9+/_=-]+)'$/
const hashSource = /^'sha(?:256|384|512)-/i

/**
 * Makes policies (CSP level 3) permit a style sheet: with their nonce if all of them have the same one, else by adding `hash`
 * (`sha256-…`) to their style sources. A browser applies the style sheet only if every policy permits it.
 */
export function permitStyle(policies: readonly string[], hash: string): StylePermission {
  // A header can hold several policies, separated by commas. Sources contain no commas.
  const parsed = policies.map((line) => line.split(",").map(parse))
  const nonces = new Set(parsed.flat().flatMap((policy) => noncesOf(policy)))
  const [nonce] = nonces
  if (nonces.size === 1 && nonce !== undefined) return { nonce, policies }
  return {
    nonce: undefined,
    policies: parsed.map((line) => line.map((policy) => print(withHash(policy, hash))).join(", ")),
  }
}

type Directives = readonly (readonly string[])[]

function parse(policy: string): Directives {
  return policy
    .split(";")
    .map((directive) => directive.trim().split(/\s+/))
    .filter(([name]) => name !== "")
}

function print(directives: Directives): string {
  return directives.map((words) => words.join(" ")).join("; ")
}

/** The directive that applies to `<style>` elements, if there is one. */
function governing(directives: Directives): readonly string[] | undefined {
  const named = (wanted: string) => directives.find(([name]) => name?.toLowerCase() === wanted)
  return named("style-src-elem") ?? named("style-src") ?? named("default-src")
}

/** The nonce of a policy: `[undefined]` if it has none, `[]` if the policy does not restrict styles. */
function noncesOf(policy: Directives): (string | undefined)[] {
  const directive = governing(policy)
  if (directive === undefined) return []
  return [directive.map((source) => nonceSource.exec(source)?.[1]).find((nonce) => nonce !== undefined)]
}

function withHash(directives: Directives, hash: string): Directives {
  const directive = governing(directives)
  if (directive === undefined) return directives
  const [name = "", ...sources] = directive
  const hasNonceOrHash = sources.some((source) => nonceSource.test(source) || hashSource.test(source))
  // 'unsafe-inline' alone permits the style sheet, and a hash would disable it.
  if (sources.some((source) => source.toLowerCase() === inlineAllowance) && !hasNonceOrHash) return directives
  const allowed = [...sources.filter((source) => source.toLowerCase() !== "'none'"), `'${hash}'`]
  if (name.toLowerCase() === "default-src") return [...directives, ["style-src", ...allowed]]
  return directives.map((one) => (one === directive ? [name, ...allowed] : one))
}
