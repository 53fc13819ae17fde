import { statfs } from "node:fs/promises"
import type { Finding } from "@larder/core"

/** Checks that the disk has room for the cache to reach its limit. `used`: bytes that the cache takes already. */
export async function spaceFinding(directory: string, used: number, maxBytes: number): Promise<Finding | undefined> {
  const { bavail, bsize } = await statfs(directory)
  const free = bavail * bsize
  const wanted = maxBytes - used
  if (free >= wanted || maxBytes === Number.POSITIVE_INFINITY) return undefined
  return {
    severity: "warning",
    code: "disk-space",
    found: `The disk of ${directory} has ${inMebibytes(free)} left, but the cache may grow by ${inMebibytes(wanted)} (maxBytes).`,
    why: "When the disk is full, writes fail, including those of other programs.",
    advice: "Lower maxBytes, or choose a directory on a larger disk.",
  }
}

function inMebibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2).toLocaleString("en")} MiB`
}
