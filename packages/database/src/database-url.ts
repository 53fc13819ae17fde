import { resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { readTlsRequest, type TlsRequest, tlsParameters } from "./tls-request.js"

const forms =
  "sqlite:./cache.db, postgres://user@host/database or mysql://user@host/database, all with ?table= and ?maxEntries=, " +
  `servers with ${tlsParameters.map((name) => `?${name}=`).join(", ")}`

const serverSchemes: Readonly<Record<string, "postgres" | "mysql">> = {
  "postgres:": "postgres",
  "postgresql:": "postgres",
  "mysql:": "mysql",
  "mariadb:": "mysql",
}

/** The database and the options of the backend in a URL. */
export interface DatabaseAddress {
  /** The path of a SQLite database; or the URL of a server without its parameters, and the TLS settings. */
  readonly target:
    | { readonly kind: "sqlite"; readonly path: string }
    | { readonly kind: "postgres" | "mysql"; readonly url: URL; readonly tls: TlsRequest | false | undefined }
  readonly options: { readonly table?: string; readonly maxEntries?: number }
}

/** Reads a URL. Throws a `TypeError` that says what is wrong and what is accepted, without the password. */
export function readDatabaseUrl(url: string): DatabaseAddress {
  if (typeof url !== "string")
    throw new TypeError(`A database URL must be a string such as ${forms}, got ${typeof url}`)
  if (/^sqlite:/i.test(url)) return readSqlite(url)
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const kind = parsed && serverSchemes[parsed.protocol]
  if (parsed === undefined || kind === undefined) throw invalid(url, "it has an unknown form")
  if (parsed.hash !== "") throw invalid(url, "it has a fragment; a # in a password is written %23")
  if (parsed.hostname === "") throw invalid(url, "it names no host")
  if (!/^\/[^/]+$/.test(parsed.pathname)) throw invalid(url, "it names no database")
  if (!isDecodable(parsed)) throw invalid(url, "it has a % that begins no escaped character")
  const options = readParameters(parsed.searchParams, url, tlsParameters)
  const tls = tlsIn(parsed.searchParams, url)
  parsed.search = ""
  return { target: { kind, url: parsed, tls }, options }
}

function tlsIn(parameters: URLSearchParams, url: string): TlsRequest | false | undefined {
  try {
    return readTlsRequest(parameters)
  } catch (cause) {
    throw invalid(url, cause instanceof Error ? cause.message : String(cause))
  }
}

function readSqlite(url: string): DatabaseAddress {
  if (url.includes("#")) throw invalid(url, "it has a fragment; a # in a path is written %23")
  const question = url.indexOf("?")
  const address = question === -1 ? url : url.slice(0, question)
  const parameters = new URLSearchParams(question === -1 ? "" : url.slice(question + 1))
  return {
    target: { kind: "sqlite", path: pathOf(address.slice("sqlite:".length), url) },
    options: readParameters(parameters, url, []),
  }
}

// `new URL` cannot do this: it makes the path of sqlite:./cache.db absolute.
function pathOf(path: string, url: string): string {
  if (path === "" || path === "//") throw invalid(url, "it names no file")
  if (path === ":memory:") return path
  try {
    return path.startsWith("//") ? fileURLToPath(`file:${path}`) : resolve(decodeURIComponent(path))
  } catch (cause) {
    throw invalid(url, cause instanceof Error ? cause.message : String(cause))
  }
}

function readParameters(
  parameters: URLSearchParams,
  url: string,
  others: readonly string[],
): { table?: string; maxEntries?: number } {
  const options: { table?: string; maxEntries?: number } = {}
  for (const [name, text] of parameters) {
    if (parameters.getAll(name).length > 1) throw invalid(url, `${name} is given twice`)
    if (name === "table") options.table = text
    else if (name === "maxEntries") {
      if (!/^[1-9]\d*$/.test(text)) {
        throw invalid(url, `maxEntries is ${JSON.stringify(text)}, expected a positive integer`)
      }
      options.maxEntries = Number(text)
    } else if (!others.includes(name)) throw invalid(url, `it has no parameter ${JSON.stringify(name)}`)
  }
  return options
}

function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    for (const part of [username, password, pathname]) decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}

/** Passwords can be before the last @, also where the slashes are missing, and in parameters. */
function invalid(url: string, reason: string): TypeError {
  const shown = url.replace(/^([^:]*:(?:\/\/)?).*@/s, "$1***@").replace(/\?.*$/s, "")
  return new TypeError(`The URL ${JSON.stringify(shown)} names no cache in a database: ${reason}. Expected ${forms}`)
}
