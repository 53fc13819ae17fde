import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { FilesystemBackend } from "@larder/filesystem"
import cacache from "cacache"

const KEYS = 500
const IN_FLIGHT = 64
const keys = Array.from({ length: KEYS }, (_, index) => `article:${index}`)
const small = Buffer.alloc(100, "x")
const large = Buffer.alloc(100_000, "x")

export const title = "Files: the filesystem backend compared with hand-written code and cacache"
export const note =
  "Microseconds per call, for values of 100 bytes or 100 kB and 500 keys, with the files in the page cache. `64 at once` is " +
  "the time of 64 concurrent calls, divided by 64."
export const baseline = "node:fs by hand"
export const unit = "µs"
export const operations = [
  "get",
  "get 64 at once",
  "get 100 kB",
  "set",
  "set 64 at once",
  "set 100 kB",
  "set a new key",
]

/** The operations of a contender with get and set of bytes by key. */
async function measured({ get, set }) {
  for (const key of keys) await set(key, small)
  for (const key of keys.slice(0, 20)) await set(`large:${key}`, large)
  if ((await get(keys[3]))?.length !== small.length) throw new Error("This contender does not return what was stored")
  let fresh = 0
  const together = (call) => Promise.all(Array.from({ length: IN_FLIGHT }, (_, index) => call(index)))
  return {
    get: (call) => get(keys[call % KEYS]),
    "get 64 at once": (call) => together((index) => get(keys[(call * IN_FLIGHT + index) % KEYS])),
    "get 100 kB": (call) => get(`large:${keys[call % 20]}`),
    set: (call) => set(keys[call % KEYS], small),
    "set 64 at once": (call) => together((index) => set(keys[(call * IN_FLIGHT + index) % KEYS], small)),
    "set 100 kB": (call) => set(`large:${keys[call % 20]}`, large),
    "set a new key": () => set(`new:${fresh++}`, small),
  }
}

/** Converts the nanoseconds of a measured call to microseconds per operation. */
export function perOperation(operation, nanoseconds) {
  return nanoseconds / 1_000 / (operation.includes("64") ? IN_FLIGHT : 1)
}

function directory() {
  const path = mkdtempSync(join(tmpdir(), "larder-bench-"))
  process.on("exit", () => rmSync(path, { recursive: true, force: true }))
  return path
}

function larder(options) {
  const backend = new FilesystemBackend({ directory: directory(), ...options })
  return measured({ get: (key) => backend.get(key), set: (key, value) => backend.set(key, value, 300_000) })
}

export const contenders = {
  "node:fs by hand": () => {
    const root = directory()
    mkdirSync(root, { recursive: true })
    const path = (key) => join(root, encodeURIComponent(key))
    let temporary = 0
    return measured({
      get: (key) => readFile(path(key)),
      set: async (key, value) => {
        const name = join(root, `temporary-${temporary++}`)
        await writeFile(name, value)
        await rename(name, path(key))
      },
    })
  },
  "node:fs by hand, synchronous": () => {
    const root = directory()
    const path = (key) => join(root, encodeURIComponent(key))
    let temporary = 0
    return measured({
      get: async (key) => readFileSync(path(key)),
      set: async (key, value) => {
        const name = join(root, `temporary-${temporary++}`)
        writeFileSync(name, value)
        renameSync(name, path(key))
      },
    })
  },
  "Larder filesystem": () => larder({}),
  'Larder filesystem, io: "async"': () => larder({ io: "async" }),
  cacache: async () => {
    const root = directory()
    await mkdir(root, { recursive: true })
    return measured({
      get: async (key) => (await cacache.get(root, key)).data,
      set: (key, value) => cacache.put(root, key, value),
    })
  },
}
