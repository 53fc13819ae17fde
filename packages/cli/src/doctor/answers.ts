import type { Finding } from "@larder/core"
import { failureLine } from "../failure-line.js"
import { storeCall } from "../store-call.js"
import type { Subject } from "./subject.js"

/** Checks that the store answers. If it does not, nothing else can be checked. */
export async function answerFinding({ cache }: Subject): Promise<Finding | undefined> {
  try {
    await storeCall(cache, () => cache.ping())
    return undefined
  } catch (error) {
    return {
      severity: "error",
      code: "no-answer",
      found: failureLine(error),
      why: "Every read is a miss, nothing is stored, and calls such as add, incr and delete fail.",
      advice: "Follow the message. Otherwise start the store, and check its address, the password and the network.",
    }
  }
}
