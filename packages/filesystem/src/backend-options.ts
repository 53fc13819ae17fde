import { inspect } from "node:util"

export interface FilesystemBackendOptions {
  /** Where the entries are; made when the first one is written. It belongs to the cache: choose one that nobody serves. */
  readonly directory: string
  /** So many entries are kept, approximately; `Infinity`: only `maxBytes` counts. Default: 100 000. */
  readonly maxEntries?: number
  /** So many bytes of files are kept, approximately; `Infinity`: only `maxEntries` counts. Default: 1 GiB. */
  readonly maxBytes?: number
  /** The clock that entries expire by, in Unix milliseconds. Default: `Date.now`. */
  readonly now?: () => number
  /**
   * `"mixed"`: what takes microseconds where the operating system caches files is done synchronously (reading up to
   * 512 KiB, taking locks, writing up to 128 KiB to a file that is there), the rest in the thread pool. `"async"`: all of
   * it there, for network disks and slow media. Default: `"mixed"`.
   */
  readonly io?: "mixed" | "async"
}

const names: readonly string[] = [
  "directory",
  "maxEntries",
  "maxBytes",
  "io",
  "now",
] satisfies (keyof FilesystemBackendOptions)[]

/** The options with their defaults. Throws a `TypeError` for what makes no sense. */
export function readOptions(options: FilesystemBackendOptions): Required<FilesystemBackendOptions> {
  check(typeof options === "object" && options !== null, "options", "an object with a directory", options)
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new TypeError(`FilesystemBackend: unknown option ${unknown}; there are ${names.join(", ")}`)
  }
  const { directory, maxEntries = 100_000, maxBytes = 1024 ** 3, now = Date.now, io = "mixed" } = options
  check(typeof directory === "string" && directory !== "", "directory", "the path of a directory", directory)
  check(!String(directory).includes("\0"), "directory", "a path without zero bytes", directory)
  check(isLimit(maxEntries), "maxEntries", "a positive integer or Infinity", maxEntries)
  check(isLimit(maxBytes), "maxBytes", "a positive integer or Infinity", maxBytes)
  check(Math.min(maxEntries, maxBytes) < Number.POSITIVE_INFINITY, "maxEntries or maxBytes", "finite", maxBytes)
  check(typeof now === "function", "now", "a function that answers milliseconds", now)
  check(io === "mixed" || io === "async", "io", '"mixed" or "async"', io)
  return { directory, maxEntries, maxBytes, now, io }
}

function isLimit(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && Number(value) > 0)
}

function check(fits: boolean, name: string, expected: string, value: unknown): void {
  if (!fits) throw new TypeError(`FilesystemBackend: ${name} must be ${expected}, got ${inspect(value)}`)
}
