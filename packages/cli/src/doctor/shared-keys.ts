import type { Cache, Finding } from "@larder/core"
import { storeCall } from "../store-call.js"
import { notExamined } from "./backend-findings.js"
import { PROBE_SECONDS, probeKey } from "./probe.js"
import type { Subject } from "./subject.js"

/** The same version in both caches: `clear()` removes all versions, so caches that differ only in this share keys too. */
const VERSION = 1

/** Finds the caches of `others` that share keys with the subject. */
export async function sharedKeyFindings(subject: Subject, others: readonly Subject[]): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const other of others) {
    try {
      if (await haveSameKeys(subject.cache, other.cache)) findings.push(sharedWith(other.label))
    } catch (error) {
      findings.push(notExamined(error))
    }
  }
  return findings
}

/** Tries to remove through one cache what was written through the other: their addresses may differ although the store is one. */
async function haveSameKeys(one: Cache, other: Cache): Promise<boolean> {
  if (!one.backend.capabilities.shared || !other.backend.capabilities.shared) return false
  const key = probeKey()
  const [writer, remover] = [one.withVersion(VERSION), other.withVersion(VERSION)]
  await storeCall(one, () => writer.set(key, key, PROBE_SECONDS))
  const removed = await storeCall(other, () => remover.delete(key))
  if (!removed) await storeCall(one, () => writer.delete(key))
  return removed
}

function sharedWith(label: string): Finding {
  return {
    severity: "error",
    code: "shared-keys",
    found: `The cache ${label} has the same keys in the same store: an entry written through one was found in the other.`,
    why: "They overwrite each other's entries, and clear() in one empties both.",
    advice: "Give each its own keyPrefix, or use one cache in both places.",
  }
}
