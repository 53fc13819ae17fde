// Tries what a user without permissions may and may not do in the directory that the parent has prepared.
import { chmodSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { FilesystemBackend } from "@larder/filesystem"

const [locked, own] = process.argv.slice(2)

async function errorOf(call) {
  try {
    await call()
    return null
  } catch ({ name, code, path, message }) {
    return { name, code, path, message }
  }
}

const shut = new FilesystemBackend({ directory: locked })
const value = new Uint8Array(1)
const errors = {
  get: await errorOf(() => shut.get("key")),
  set: await errorOf(() => shut.set("key", value)),
  add: await errorOf(() => shut.add("key", value)),
  delete: await errorOf(() => shut.delete("key")),
  ping: await errorOf(() => shut.ping()),
  stats: await errorOf(() => shut.stats()),
  below: await errorOf(() => new FilesystemBackend({ directory: join(locked, "below") }).set("key", value)),
}

// Without the right to list its directories, whoever lists them fails.
const blind = new FilesystemBackend({ directory: own })
await blind.set("key", value)
for (const name of readdirSync(own)) if (!name.includes(".")) chmodSync(join(own, name), 0o300)
chmodSync(own, 0o300)
const unlisted = {
  overwrite: await errorOf(() => blind.set("key", value)),
  add: await errorOf(() => blind.add("another", value)),
  read: await errorOf(() => blind.get("key")),
  prune: await errorOf(() => blind.prune()),
}
chmodSync(own, 0o700)

console.log(JSON.stringify({ errors, unlisted }))
