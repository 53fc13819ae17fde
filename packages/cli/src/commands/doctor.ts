import { withCaches } from "../chosen-caches.js"
import type { Command } from "../command.js"
import { type Examined, examine } from "../doctor/examine.js"
import { reportLines } from "../doctor/report-lines.js"

/** `larder doctor`: finds what is misconfigured in caches and their stores. */
export const doctor: Command = {
  summary: "find what is misconfigured",
  usage: "[alias...]",
  options: ["config", "url", "key-prefix"],
  notes: ["Writes small entries of its own to each cache, and removes them.", "Fails if a finding is an error."],
  async run(given, output) {
    output.progress?.("examining the caches")
    const examined = await withCaches(given, examine)
    output.progress?.("")
    if (given.json) output.out(JSON.stringify(examined.map((one) => ({ ok: isHealthy(one), ...one }))))
    else for (const line of reportLines(examined, output.columns)) output.out(line)
    return examined.every(isHealthy)
  },
}

function isHealthy({ findings }: Examined): boolean {
  return findings.every(({ severity }) => severity !== "error")
}
