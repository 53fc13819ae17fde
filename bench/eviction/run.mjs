// Compares eviction policies: npm run bench eviction. Prints a table and saves it in bench/results.
import { mkdirSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { contenders } from "./contenders.mjs"
import { measureHitRatios } from "./hit-ratio.mjs"
import { measureTimes } from "./timing.mjs"

const names = contenders.map(({ name }) => name)
const hitRatios = measureHitRatios()
const times = measureTimes()

const meanOf = (rows) => names.map((_, index) => rows.reduce((sum, { ratios }) => sum + ratios[index], 0) / rows.length)
const percent = (ratio) => (100 * ratio).toFixed(1)
const row = (...cells) => `| ${cells.join(" | ")} |`
const timeRow = (label, field) => row(label, "10000", ...times.map((time) => time[field].toFixed(0)))

const machine = `Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? "unknown processor"}`
const markdown = [
  "# Eviction: hit ratios and times of policies",
  "",
  "Hit ratios in percent over a million requests, where a miss is filled at once; then nanoseconds. `lru-cache` is the package.",
  "",
  row("trace", "entries", ...names),
  row("---", ...["", ...names].map(() => "--:")),
  ...hitRatios.map(({ trace, capacity, ratios }) => row(trace, capacity, ...ratios.map(percent))),
  row("mean", "", ...meanOf(hitRatios).map(percent)),
  row("mean without the loop", "", ...meanOf(hitRatios.filter(({ trace }) => !trace.startsWith("loop"))).map(percent)),
  timeRow("a get that hits, ns", "get"),
  timeRow("a set that evicts, ns", "set"),
  timeRow("a request of Zipf 0.9, ns", "request"),
  "",
  `${machine}. Times are processor time, each contender in its own process, the minimum of interleaved rounds: \`npm run bench eviction\`.`,
  "",
].join("\n")

const results = new URL("../results/", import.meta.url)
mkdirSync(results, { recursive: true })
writeFileSync(new URL("eviction.md", results), markdown)
writeFileSync(
  new URL("eviction.json", results),
  `${JSON.stringify({ machine, contenders: names, hitRatios, times }, null, 2)}\n`,
)
console.log(markdown)
