import { inspect } from "node:util"

/** Options of a `FilesystemBackend`. */
export interface FilesystemBackendOptions {
  /** Where the files are; created with the first entry. Use it for nothing else, and do not serve it over HTTP. */
  readonly directory: string
  /** Approximate limit on the number of entries; `Infinity`: only `maxBytes` applies. Default: 100,000. */
  readonly maxEntries?: number
  /** Approximate limit on the bytes of all files; `Infinity`: only `maxEntries` applies. Default: 1 GiB. */
  readonly maxBytes?: number
  /** The clock that decides expiry, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number
  /**
   * `"mixed"`: steps that take microseconds while the operating system caches files are synchronous (reading up to
   * 512 KiB, taking locks, writing up to 128 KiB to an existing file), and the rest uses the thread pool. `"async"`:
   * everything uses the thread pool, for network disks and slow media. Default: `"mixed"`.
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

/** The options with their defaults. Throws a `TypeError` for invalid ones. */
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
  check(typeof now === "function", "now", "a function that returns milliseconds", now)
  check(io === "mixed" || io === "async", "io", '"mixed" or "async"', io)
  return { directory, maxEntries, maxBytes, now, io }
}

function isLimit(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && Number(value) > 0)
}

function check(fits: boolean, name: string, expected: string, value: unknown): void {
  if (!fits) throw new TypeError(`FilesystemBackend: ${name} must be ${expected}, got ${inspect(value)}`)
}
