// Uses a small file system of its own, which goes away with this process: it runs in its own mount namespace.
import { execFileSync } from "node:child_process"
import { readdirSync } from "node:fs"
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
async function fill(backend) {
  for (let count = 0; count < 100; count += 1) {
    const error = await errorOf(() => backend.set(`filler ${count}`, Buffer.alloc(20_000, "f")))
    if (error !== null) return { error, count }
  }
  return { error: null, count: 100 }
}

execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", directory])
const backend = new FilesystemBackend({ directory })
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
await backend.delete("filler 0")
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
console.log(JSON.stringify({ full, large, afterFull, leftovers, again, count, countAfterReplacing, readOnly, last }))
