import { type Finding, maskUrls } from "@larder/core"
import type { ChosenCache } from "../chosen-caches.js"
import { failureLine } from "../failure-line.js"
import { answerFinding } from "./answers.js"
import { backendFindings } from "./backend-findings.js"
import { eternityFinding } from "./eternal-entries.js"
import { keepingFinding } from "./keeps-entries.js"
import { prefixFinding } from "./key-prefix.js"
import { sharedKeyFindings } from "./shared-keys.js"
import type { Subject } from "./subject.js"

/** A cache and its findings. */
export interface Examined {
  readonly cache: string
  readonly backend?: string
  /** Where the store is, if others can reach it too. Without passwords. */
  readonly location?: string
  readonly findings: readonly Finding[]
}

/** Examines all caches concurrently, then compares each with the others. Never rejects. */
export async function examine(chosen: readonly ChosenCache[]): Promise<readonly Examined[]> {
  const alone = await Promise.all(chosen.map(examineAlone))
  const examined: Examined[] = []
  for (const [index, { subject, keeps, result }] of alone.entries()) {
    const others = alone.slice(index + 1).flatMap((other) => (other.keeps && other.subject ? [other.subject] : []))
    const shared = subject !== undefined && keeps ? await sharedKeyFindings(subject, others) : []
    examined.push({ ...result, findings: [...result.findings, ...shared] })
  }
  return examined
}

interface Alone {
  readonly result: Examined
  readonly subject?: Subject
  /** Whether the store keeps entries. Otherwise the cache cannot be compared with others. */
  readonly keeps: boolean
}

async function examineAlone({ label, use }: ChosenCache): Promise<Alone> {
  let subject: Subject
  try {
    subject = { label, cache: use() }
  } catch (error) {
    return { result: { cache: label, findings: [notSetUp(error)] }, keeps: false }
  }
  const { name, location, capabilities } = subject.cache.backend
  const isNamed = location !== undefined && (capabilities.remote === true || capabilities.persistent)
  const described = { cache: label, backend: name, ...(isNamed && { location: maskUrls(location) }) }
  const settings = [prefixFinding(subject), eternityFinding(subject)]
  const silence = await answerFinding(subject)
  if (silence !== undefined) return { result: { ...described, findings: present(silence, ...settings) }, keeps: false }
  const keeping = await keepingFinding(subject)
  const ofBackend = await backendFindings(subject)
  // The backend's own error explains better why writes fail.
  const isExplained = ofBackend.some(({ severity }) => severity === "error")
  const findings = present(isExplained ? undefined : keeping, ...ofBackend, ...settings)
  return { result: { ...described, findings }, subject, keeps: keeping === undefined }
}

function present(...findings: readonly (Finding | undefined)[]): readonly Finding[] {
  return findings.filter((finding) => finding !== undefined)
}

function notSetUp(error: unknown): Finding {
  return {
    severity: "error",
    code: "not-set-up",
    found: failureLine(error),
    why: "A program that uses this cache fails in the same way.",
    advice: "Fix its settings in the configuration.",
  }
}
