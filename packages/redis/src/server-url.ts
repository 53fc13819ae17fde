/** The address of a server, and the credentials. */
export interface Server {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly database: number
  readonly username?: string
  readonly password?: string
}

const schemes: Readonly<Record<string, { readonly tls: boolean }>> = {
  "redis:": { tls: false },
  "rediss:": { tls: true },
  "valkey:": { tls: false },
  "valkeys:": { tls: true },
}

const form = "redis://127.0.0.1:6379/0, rediss://user:password@host:6380, or the same with valkey: and valkeys:"

/** Why a URL with an `@` after the host is refused. */
export const misplacedAt = "it has an @ after the host; in a password, / is written %2F, ? %3F and # %23"

/** Reads `redis://user:password@host:port/database`. Throws a `TypeError` that shows no password for anything else. */
export function serverOf(url: string, defaultPort = 6379): Server {
  const parsed = typeof url === "string" && URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined) throw invalid(url, "it is no URL")
  const scheme = schemes[parsed.protocol]
  if (scheme === undefined) throw invalid(url, `its scheme is ${parsed.protocol}`)
  if (parsed.hostname === "") throw invalid(url, "it names no host")
  // Otherwise part of a password would be read as a database, and shown.
  if (parsed.pathname.includes("@")) throw invalid(url, misplacedAt)
  if (parsed.search !== "" || parsed.hash !== "") throw invalid(url, "it has parameters or a fragment")
  const database = /^\/?$/.test(parsed.pathname) ? "0" : parsed.pathname.slice(1)
  if (!/^\d{1,9}$/.test(database)) throw invalid(url, `its database is ${JSON.stringify(database)}, expected a number`)
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: parsed.port === "" ? defaultPort : Number(parsed.port),
    tls: scheme.tls,
    database: Number(database),
    ...(parsed.username !== "" && { username: decoded(url, parsed.username) }),
    ...(parsed.password !== "" && { password: decoded(url, parsed.password) }),
  }
}

/** The address of a server as a URL shows it, without credentials. */
export function addressOf({ host, port }: Pick<Server, "host" | "port">): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`
}

/** The URL without what may be a password: all before an `@`, and the parameters. */
export function withoutCredentials(url: unknown): string {
  const shown = typeof url === "string" ? url.replace(/^([^:]*:(?:\/\/)?).*@/s, "$1").replace(/\?.*$/s, "") : url
  return JSON.stringify(shown) ?? String(url)
}

function decoded(url: string, part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw invalid(url, "a percent sign in its credentials is not escaped as %25")
  }
}

function invalid(url: unknown, reason: string): TypeError {
  return new TypeError(`${withoutCredentials(url)} names no Redis server: ${reason}. Expected ${form}`)
}
