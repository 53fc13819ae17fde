/** What a page's policy says of a style sheet in its markup. */
export interface StylePermission {
  /** To put on the `<style>` element. */
  readonly nonce: string | undefined
  /** The values of the header, changed where they forbade it. */
  readonly policies: readonly string[]
}

const inlineAllowance = "'unsafe-inline'"
const nonceSource = /^'nonce-([A-Za-z0-9+/_=-]+)'$/
const hashSource = /^'sha(?:256|384|512)-/i

/**
 * Lets policies (CSP level 3) permit one style sheet: by their nonce if they have one, else by adding its hash to the sources
 * of styles. `hash` is that of the style sheet, as in `sha256-…`. Each policy must permit it, so all share a nonce or none is used.
 */
export function permitStyle(policies: readonly string[], hash: string): StylePermission {
  // One line may have several policies, separated by commas; sources have none.
  const each = policies.map((line) => line.split(",").map(parse))
  const nonces = new Set(each.flat().flatMap((policy) => noncesOf(policy)))
  const [nonce] = nonces
  if (nonces.size === 1 && nonce !== undefined) return { nonce, policies }
  return {
    nonce: undefined,
    policies: each.map((line) => line.map((policy) => print(withHash(policy, hash))).join(", ")),
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

/** The directive that a `<style>` element is subject to; `undefined`: none. */
function governing(directives: Directives): readonly string[] | undefined {
  const named = (wanted: string) => directives.find(([name]) => name?.toLowerCase() === wanted)
  return named("style-src-elem") ?? named("style-src") ?? named("default-src")
}

/** The nonce of the policy in a list; one without a nonce has `undefined`, one that permits everything nothing. */
function noncesOf(policy: Directives): (string | undefined)[] {
  const directive = governing(policy)
  if (directive === undefined) return []
  return [directive.map((source) => nonceSource.exec(source)?.[1]).find((nonce) => nonce !== undefined)]
}

function withHash(directives: Directives, hash: string): Directives {
  const directive = governing(directives)
  if (directive === undefined) return directives
  const [name = "", ...sources] = directive
  const named = sources.some((source) => nonceSource.test(source) || hashSource.test(source))
  // It would be without effect beside a hash.
  if (sources.some((source) => source.toLowerCase() === inlineAllowance) && !named) return directives
  const allowed = [...sources.filter((source) => source.toLowerCase() !== "'none'"), `'${hash}'`]
  if (name.toLowerCase() === "default-src") return [...directives, ["style-src", ...allowed]]
  return directives.map((one) => (one === directive ? [name, ...allowed] : one))
}
