import { statfs } from "node:fs/promises"
import type { Finding } from "@larder/core"
import type { Amount, Limits } from "../limits.js"

/** Checks that the disk has room for the cache to reach its limits. `used`: what the cache takes already. */
export async function spaceFindings(directory: string, used: Amount, limits: Limits): Promise<Finding[]> {
  const { bavail, bsize, files, ffree } = await statfs(directory)
  const findings: Finding[] = []
  const bytes = limits.maxBytes - used.bytes
  if (bytes > bavail * bsize && bytes < Number.POSITIVE_INFINITY) {
    const [left, wanted] = [`${inMebibytes(bavail * bsize)} left`, `${inMebibytes(bytes)} (maxBytes)`]
    findings.push(finding(directory, left, wanted, "Lower maxBytes, or choose a directory on a larger disk."))
  }
  // Some file systems, such as Btrfs, have no fixed number of inodes.
  const entries = limits.maxEntries - used.entries
  if (entries > ffree && entries < Number.POSITIVE_INFINITY && files > 0) {
    const [left, wanted] = [`${inGroups(ffree)} inodes left`, `${inGroups(entries)} files (maxEntries)`]
    findings.push(
      finding(directory, left, wanted, "Lower maxEntries, or choose a directory on a disk with more inodes."),
    )
  }
  return findings
}

function finding(directory: string, left: string, wanted: string, advice: string): Finding {
  return {
    severity: "warning",
    code: "disk-space",
    found: `The disk of ${directory} has ${left}, but the cache may grow by ${wanted}.`,
    why: "When the disk is full, writes fail, including those of other programs.",
    advice,
  }
}

function inMebibytes(bytes: number): string {
  return `${inGroups(Math.floor(bytes / 1024 ** 2))} MiB`
}

function inGroups(number: number): string {
  return number.toLocaleString("en")
}
