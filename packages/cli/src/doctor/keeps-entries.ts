import type { Finding } from "@larder/core"
import { failureLine } from "../failure-line.js"
import { storeCall } from "../store-call.js"
import { PROBE_SECONDS, probeKey } from "./probe.js"
import type { Subject } from "./subject.js"

/** Checks that the store keeps entries: writes one, reads it and removes it. */
export async function keepingFinding({ cache }: Subject): Promise<Finding | undefined> {
  const key = probeKey()
  try {
    await storeCall(cache, () => cache.set(key, key, PROBE_SECONDS))
    const value = await storeCall(cache, () => cache.get(key))
    await storeCall(cache, () => cache.delete(key))
    return value === key ? undefined : keepsNothing
  } catch (error) {
    return {
      severity: "error",
      code: "write-failed",
      found: failureLine(error),
      why: "Values that cannot be stored are computed every time, and entries that cannot be removed stay in use.",
      advice: "Follow the message: the store can be reached but rejects the operation.",
    }
  }
}

const keepsNothing: Finding = {
  severity: "warning",
  code: "not-kept",
  found: "An entry was missing right after it was written.",
  why: "Every read is a miss.",
  advice: "This is normal for the dummy backend. Give any other store more room.",
}
