import { statfs } from "node:fs/promises"
import type { Finding } from "@larder/core"

/** Whether the disk is full before the cache has reached its limit. `used`: the bytes that it takes already. */
export async function spaceFinding(directory: string, used: number, maxBytes: number): Promise<Finding | undefined> {
  const { bavail, bsize } = await statfs(directory)
  const free = bavail * bsize
  const wanted = maxBytes - used
  if (free >= wanted || maxBytes === Number.POSITIVE_INFINITY) return undefined
  return {
    severity: "warning",
    code: "disk-space",
    found: `The disk of ${directory} has ${inMebibytes(free)} left, and the cache may grow by ${inMebibytes(wanted)} (maxBytes).`,
    why: "When the disk is full, writes fail, also those of others on it.",
    advice: "Set maxBytes to less than the space there is, or choose a directory on a larger disk.",
  }
}

function inMebibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2).toLocaleString("en")} MiB`
}
