import nodeModule from "node:module"
import { pathToFileURL } from "node:url"
import type { Backend } from "./backend.js"
import { describeValue } from "./describe-value.js"
import { fromUrl as dummyFromUrl } from "./dummy-backend.js"
import { ConfigurationError } from "./errors.js"
import { maskUrl } from "./mask-urls.js"

/** What a package exports to be found by URL scheme: creates the backend that the URL describes. */
export type FromUrl = (url: string) => Backend<unknown> | Promise<Backend<unknown>>

export interface BackendFromUrlOptions {
  /** Packages for additional schemes, or replacements for known ones: `{ etcd: "larder-etcd" }`. Each exports `fromUrl(url)`. */
  readonly packages?: Readonly<Record<string, string>> | undefined
  /** Where to resolve packages from: a directory, or a file in it. Default: the working directory. */
  readonly from?: string | undefined
}

const packageByScheme: Readonly<Record<string, string>> = {
  file: "@larder/filesystem",
  locmem: "@larder/locmem",
  mariadb: "@larder/database",
  memcached: "@larder/memcached",
  memcacheds: "@larder/memcached",
  mysql: "@larder/database",
  postgres: "@larder/database",
  postgresql: "@larder/database",
  redis: "@larder/redis",
  rediss: "@larder/redis",
  sqlite: "@larder/database",
  valkey: "@larder/redis",
  valkeys: "@larder/redis",
}

/**
 * Creates the backend that a URL describes: `redis://127.0.0.1:6379/1`, `file:./cache`, `locmem:`, `dummy:`. Imports the
 * package for the scheme. Rejects with a `ConfigurationError` if the scheme is unknown, or if the package is not
 * installed; the message says what to install.
 */
export async function backendFromUrl(url: string, options: BackendFromUrlOptions = {}): Promise<Backend<unknown>> {
  const packages = { ...packageByScheme, ...options.packages }
  const scheme = schemeOf(url)
  if (scheme === "dummy") return dummyFromUrl()
  const name = scheme === undefined || !Object.hasOwn(packages, scheme) ? undefined : packages[scheme]
  if (name === undefined) {
    const known = ["dummy", ...Object.keys(packages)].sort().join(", ")
    throw new ConfigurationError(`No backend for the URL ${describeUrl(url)}. Schemes: ${known}`)
  }
  const fromUrl = await importFromUrl(name, options.from ?? process.cwd(), url)
  return fromUrl(url)
}

/** The URL for messages. */
function describeUrl(url: string): string {
  return describeValue(typeof url === "string" ? maskUrl(url) : url)
}

function schemeOf(url: string): string | undefined {
  return typeof url === "string" ? /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() : undefined
}

/** Resolves from the program, not from here: core may not be able to see the program's packages. */
async function importFromUrl(name: string, from: string, url: string): Promise<FromUrl> {
  let path: string
  try {
    // webpack resolves calls of an imported `createRequire` when it builds.
    path = nodeModule.createRequire(from.endsWith("/") ? from : `${from}/`).resolve(name)
  } catch (cause) {
    throw new ConfigurationError(`The URL ${describeUrl(url)} needs the package ${name}: npm install ${name}`, {
      cause,
    })
  }
  // The comment keeps bundlers from looking for the package when they build.
  const loaded = (await import(/* webpackIgnore: true */ pathToFileURL(path).href)) as {
    fromUrl?: FromUrl
  }
  if (typeof loaded.fromUrl === "function") return loaded.fromUrl
  throw new ConfigurationError(`The package ${name} exports no fromUrl(url)`)
}
