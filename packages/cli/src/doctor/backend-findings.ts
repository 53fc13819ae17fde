import type { Finding } from "@larder/core"
import { failureLine } from "../failure-line.js"
import { patientStoreCall, storeCall } from "../store-call.js"
import type { Subject } from "./subject.js"

/** Returns the findings of the backend. Each text is made a single line without passwords. Never rejects. */
export async function backendFindings({ cache }: Subject): Promise<readonly Finding[]> {
  const { backend } = cache
  if (backend.diagnose === undefined) return []
  try {
    // A store on this machine may have many files to check.
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

/** The finding for a check that failed. */
export function notExamined(error: unknown): Finding {
  return {
    severity: "warning",
    code: "not-examined",
    found: `The store could not be examined: ${failureLine(error)}`,
    why: "It may have problems that this report does not show.",
    advice: "Allow the user of the cache to read the state of the store, for example with INFO in Redis.",
  }
}
