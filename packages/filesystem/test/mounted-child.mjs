// Uses a small file system of its own, which goes away with this process: it runs in its own mount namespace.
import { execFileSync } from "node:child_process"
import { appendFileSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { FilesystemBackend } from "@larder/filesystem"

const [directory] = process.argv.slice(2)

async function errorOf(call) {
  try {
    await call()
    return null
  } catch (error) {
    const { name, code, path, message } = error
    return { name, code, path, message, isRefusal: backend.isRefusal(error) }
  }
}

async function held(backend, key) {
  return Buffer.from((await backend.get(key)) ?? []).toString()
}

/** Stores entries until the disk is full, and answers the error and how many there were. */
async function fill(backend, ttl) {
  for (let count = 0; count < 100; count += 1) {
    const error = await errorOf(() => backend.set(`filler ${count}`, Buffer.alloc(20_000, "f"), ttl))
    if (error !== null) return { error, count }
  }
  return { error: null, count: 100 }
}

execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", directory])
let ahead = 0
const now = () => Date.now() + ahead
const backend = new FilesystemBackend({ directory, now })
await backend.set("key", Buffer.from("old"))
const { error: full, count } = await fill(backend)
const large = await errorOf(() => backend.set("key", Buffer.alloc(30_000, "n")))
const afterFull = { key: await held(backend, "key"), filler: (await held(backend, "filler 0")).length }
const leftovers = readdirSync(directory, { recursive: true }).filter((name) => /\.lock/.test(name))
await backend.deleteMany(Array.from({ length: count }, (_, index) => `filler ${index}`))
const again = await errorOf(() => backend.set("key", Buffer.from("new")))

// What replaced entries left for the next ones takes no room away from them.
for (let round = 0; round < 12; round += 1) await backend.set("key", Buffer.alloc(20_000, "k"))
const { count: countAfterReplacing } = await fill(backend)

// A process that starts while the disk is full can remove entries, though there is no space for files of its own.
writeFileSync(join(directory, "rest"), "")
await errorOf(() => appendFileSync(join(directory, "rest"), Buffer.alloc(100_000)))
const late = new FilesystemBackend({ directory, now })
const lateCalls = {
  set: await errorOf(() => late.set("late", Buffer.alloc(20_000))),
  delete: await late.delete("filler 0"),
  deleteAgain: await late.delete("filler 0"),
}
await fill(backend)
lateCalls.clear = await errorOf(() => new FilesystemBackend({ directory }).clear("filler"))
lateCalls.stats = await backend.stats()

// Entries that expire make room on a full disk, though the store is far below its limits.
await fill(backend, 1_000)
ahead = 2_000
await setTimeout(1_000)
const expired = { first: await errorOf(() => late.set("late", Buffer.alloc(20_000))) }
await setTimeout(1_000)
expired.second = await errorOf(() => late.set("late", Buffer.alloc(20_000)))
await backend.set("key", Buffer.from("last"))

execFileSync("mount", ["-o", "remount,ro", directory])
const readOnly = {
  set: await errorOf(() => backend.set("key", Buffer.from("never"))),
  add: await errorOf(() => backend.add("another", Buffer.from("never"))),
  delete: await errorOf(() => backend.delete("key")),
  ping: await errorOf(() => backend.ping()),
  get: await errorOf(() => backend.get("key")),
}
const last = await held(backend, "key")
console.log(
  JSON.stringify({
    full,
    large,
    afterFull,
    leftovers,
    again,
    count,
    countAfterReplacing,
    readOnly,
    last,
    lateCalls,
    expired,
  }),
)
