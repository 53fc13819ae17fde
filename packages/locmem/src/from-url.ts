import type { Isolation } from "./isolation.js"
import { LocmemBackend } from "./locmem-backend.js"
import type { LocmemStoreOptions } from "./locmem-options.js"

const parameters: Readonly<Record<string, (text: string) => LocmemStoreOptions>> = {
  maxEntries: (text) => ({ maxEntries: readLimit("maxEntries", text) }),
  maxBytes: (text) => ({ maxBytes: readLimit("maxBytes", text) }),
  isolation: (text) => ({ isolation: text as Isolation }),
}

/**
 * Creates the backend that a URL describes: `locmem:?maxEntries=1000&maxBytes=1048576&isolation=freeze`. All parameters are
 * optional. Each call creates a new store. Throws a `TypeError` for anything else in the URL.
 */
export function fromUrl(url: string): LocmemBackend {
  const { protocol, host, pathname, hash, searchParams } = new URL(url)
  if (protocol !== "locmem:" || host !== "" || pathname !== "" || hash !== "") {
    throw new TypeError(`A locmem URL is "locmem:" and parameters, as in locmem:?maxEntries=1000; got ${url}`)
  }
  let options: LocmemStoreOptions = {}
  for (const [name, text] of searchParams) {
    const read = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (read === undefined) {
      throw new TypeError(`A locmem URL has no parameter ${name}; there are ${Object.keys(parameters).join(", ")}`)
    }
    if (Object.hasOwn(options, name)) throw new TypeError(`A locmem URL has ${name} once at most; got ${url}`)
    options = { ...options, ...read(text) }
  }
  return new LocmemBackend(options)
}

function readLimit(name: string, text: string): number {
  if (/^\d+$/.test(text) || text === "Infinity") return Number(text)
  throw new TypeError(`${name} must be a positive integer or Infinity; got ${JSON.stringify(text)}`)
}
