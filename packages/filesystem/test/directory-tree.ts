import { createHash } from "node:crypto"
import { readdirSync } from "node:fs"
import { join } from "node:path"

/** Where the backend keeps the entry of this key, worked out anew. */
export function pathOf(directory: string, key: string): string {
  const digest = createHash("sha256").update(key).digest("hex")
  return join(directory, digest.slice(0, 2), digest.slice(2))
}

/** The paths of all files below a directory, relative to it. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort()
}

/** The keys as many as asked for, all in one fan-out directory. */
export function keysInOneDirectory(count: number): string[] {
  const keys: string[] = []
  for (let index = 0; keys.length < count; index += 1) {
    if (pathOf("", `key ${index}`).startsWith(pathOf("", "key 0").slice(0, 2))) keys.push(`key ${index}`)
  }
  return keys
}
