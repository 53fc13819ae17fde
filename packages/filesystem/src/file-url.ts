import { resolve } from "node:path"
import { fileURLToPath } from "node:url"
import type { FilesystemBackendOptions } from "./backend-options.js"
import { FilesystemBackend } from "./filesystem-backend.js"

const forms = "file:./cache, file:///var/cache/news or file:./cache?maxEntries=1000&maxBytes=1000000&io=async"

/**
 * Creates the backend that a URL describes: `file:./cache`, relative to the working directory, or `file:///var/cache/news`,
 * either with `?maxEntries=`, `?maxBytes=` and `?io=`. Throws a `TypeError` for anything else.
 */
export function fromUrl(url: string): FilesystemBackend {
  if (typeof url !== "string" || !/^file:/i.test(url)) throw invalid(url, "it does not begin with file:")
  if (url.includes("#")) throw invalid(url, "it has a fragment; a # in a path is written %23")
  const question = url.indexOf("?")
  const path = question === -1 ? url : url.slice(0, question)
  const query = question === -1 ? "" : url.slice(question + 1)
  return new FilesystemBackend({ directory: directoryOf(path, url), ...optionsOf(new URLSearchParams(query), url) })
}

// Not by `new URL` alone, which makes file:./cache the absolute path /cache.
function directoryOf(address: string, url: string): string {
  const path = address.slice("file:".length)
  if (path === "" || path === "//") throw invalid(url, "it names no directory")
  try {
    return path.startsWith("//") ? fileURLToPath(address) : resolve(decodeURIComponent(path))
  } catch (cause) {
    throw invalid(url, cause instanceof Error ? cause.message : String(cause))
  }
}

function optionsOf(parameters: URLSearchParams, url: string): Omit<FilesystemBackendOptions, "directory"> {
  const options: { maxEntries?: number; maxBytes?: number; io?: "mixed" | "async" } = {}
  for (const [name, text] of parameters) {
    if (Object.hasOwn(options, name)) throw invalid(url, `${name} is given twice`)
    if (name === "maxEntries" || name === "maxBytes") {
      if (!/^[1-9]\d*$/.test(text))
        throw invalid(url, `${name} is ${JSON.stringify(text)}, expected a positive integer`)
      options[name] = Number(text)
    } else if (name === "io") {
      if (text !== "mixed" && text !== "async")
        throw invalid(url, `io is ${JSON.stringify(text)}, expected mixed or async`)
      options.io = text
    } else throw invalid(url, `it has no parameter ${JSON.stringify(name)}`)
  }
  return options
}

function invalid(url: unknown, reason: string): TypeError {
  return new TypeError(`The URL ${JSON.stringify(url)} names no cache directory: ${reason}. Expected ${forms}`)
}
