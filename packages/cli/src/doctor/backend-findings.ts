import type { Finding } from "@larder/core"
import { failureLine } from "../failure-line.js"
import { patientStoreCall, storeCall } from "../store-call.js"
import type { Subject } from "./subject.js"

/** What the backend finds, if it can. The texts are one line each, without passwords, whatever the backend says. */
export async function backendFindings({ cache }: Subject): Promise<readonly Finding[]> {
  const { backend } = cache
  if (backend.diagnose === undefined) return []
  try {
    // What is in this machine may have many files to look at, and always answers.
    const call = backend.capabilities.remote ? storeCall : patientStoreCall
    const findings = await call(cache, async () => (await backend.diagnose?.()) ?? [])
    return findings.map(({ severity, code, found, why, advice }) => ({
      severity,
      code,
      found: failureLine(found),
      why: failureLine(why),
      advice: failureLine(advice),
    }))
  } catch (error) {
    return [notExamined(error)]
  }
}

/** Something could not be found out. */
export function notExamined(error: unknown): Finding {
  return {
    severity: "warning",
    code: "not-examined",
    found: `The store could not be examined: ${failureLine(error)}`,
    why: "What is wrong with it is not known.",
    advice: "Give the user of the cache permission to ask for the store's state, such as INFO in Redis.",
  }
}
