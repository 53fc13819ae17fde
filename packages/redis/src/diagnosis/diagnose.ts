import type { Finding } from "@larder/core"
import type { RedisNode } from "../connection.js"
import { infoOf } from "../server-info.js"
import { clockFinding } from "./clock.js"
import { memoryFinding } from "./memory.js"
import { persistenceFinding } from "./persistence.js"
import { replicaFinding } from "./replica.js"

/** Checks one server. */
export async function diagnose(node: RedisNode): Promise<readonly Finding[]> {
  const [info, clock] = await Promise.all([infoOf(node), clockFinding(node)])
  return [replicaFinding(info), memoryFinding(info), persistenceFinding(info), clock].filter(
    (finding) => finding !== undefined,
  )
}

const severities: readonly Finding["severity"][] = ["error", "warning", "info"]

/** Merges the findings of the masters of a cluster: the most severe of each kind, with the number of masters that have it. */
export function mergeFindings(servers: readonly (readonly Finding[])[]): readonly Finding[] {
  const all = servers.flat()
  if (servers.length === 1) return all
  all.sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity))
  const isFirst = ({ code }: Finding, index: number): boolean => all.findIndex((one) => one.code === code) === index
  return all.filter(isFirst).map((finding) => {
    const count = all.filter(({ code }) => code === finding.code).length
    return { ...finding, found: `${finding.found} Found on ${count} of ${servers.length} masters.` }
  })
}
