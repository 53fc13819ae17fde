import { randomUUID } from "node:crypto"
import type { Finding } from "@larder/core"
import { failureLine } from "../failure-line.js"
import { storeCall } from "../store-call.js"
import type { Subject } from "./subject.js"

/** It would go by itself if the process were killed. */
const TIMEOUT_SECONDS = 60

/** Whether the store keeps what is written: writes an entry of its own, reads it and removes it. */
export async function keepingFinding({ cache }: Subject): Promise<Finding | undefined> {
  const key = `larder-doctor-${randomUUID()}`
  try {
    await storeCall(cache, () => cache.set(key, key, TIMEOUT_SECONDS))
    const value = await storeCall(cache, () => cache.get(key))
    await storeCall(cache, () => cache.delete(key))
    return value === key ? undefined : keepsNothing
  } catch (error) {
    return {
      severity: "error",
      code: "write-failed",
      found: failureLine(error),
      why: "What cannot be stored is computed anew each time, and what cannot be removed is served on.",
      advice: "Do what the message says: the store answers, and does not do what the cache asks of it.",
    }
  }
}

const keepsNothing: Finding = {
  severity: "warning",
  code: "not-kept",
  found: "An entry that had just been written was not there.",
  why: "Every read is a miss.",
  advice: "Expected of the dummy backend; elsewhere, give the store more room.",
}
