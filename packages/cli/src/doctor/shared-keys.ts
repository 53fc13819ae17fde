import { randomUUID } from "node:crypto"
import type { Cache, Finding } from "@larder/core"
import { storeCall } from "../store-call.js"
import { notExamined } from "./backend-findings.js"
import type { Subject } from "./subject.js"

const TIMEOUT_SECONDS = 60
/** `clear()` is about all versions, so the same one shows what two caches share. */
const VERSION = 1

/** The caches of `others` whose keys are those of the subject. */
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

/** Removes through one cache what was written through the other: whatever their stores are called, if it was there they are one. */
async function haveSameKeys(one: Cache, other: Cache): Promise<boolean> {
  if (!one.backend.capabilities.shared || !other.backend.capabilities.shared) return false
  const key = `larder-doctor-${randomUUID()}`
  const [writer, remover] = [one.withVersion(VERSION), other.withVersion(VERSION)]
  await storeCall(one, () => writer.set(key, key, TIMEOUT_SECONDS))
  const removed = await storeCall(other, () => remover.delete(key))
  if (!removed) await storeCall(one, () => writer.delete(key))
  return removed
}

function sharedWith(label: string): Finding {
  return {
    severity: "error",
    code: "shared-keys",
    found: `The cache ${label} has the same keys in the same store: what was written through one was there in the other.`,
    why: "They overwrite each other's entries, and clear() of one empties both.",
    advice: "Give each its own keyPrefix, or use one cache in both places.",
  }
}
