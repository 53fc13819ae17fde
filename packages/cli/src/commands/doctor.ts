import { withCaches } from "../chosen-caches.js"
import type { Command } from "../command.js"
import { type Examined, examine } from "../doctor/examine.js"
import { reportLines } from "../doctor/report-lines.js"
import { whileShowing } from "../progress.js"

/** `larder doctor`: finds misconfiguration in caches and their stores. */
export const doctor: Command = {
  summary: "find misconfiguration",
  usage: "[alias...]",
  options: ["config", "url", "key-prefix"],
  notes: ["Writes small temporary entries to each cache and removes them.", "Exits with 1 if a finding is an error."],
  async run(given, output) {
    const examined = await whileShowing("examining the caches", output, () => withCaches(given, examine))
    if (given.json) output.out(JSON.stringify(examined.map((one) => ({ ok: isHealthy(one), ...one }))))
    else for (const line of reportLines(examined, output.columns)) output.out(line)
    return examined.every(isHealthy)
  },
}

function isHealthy({ findings }: Examined): boolean {
  return findings.every(({ severity }) => severity !== "error")
}
