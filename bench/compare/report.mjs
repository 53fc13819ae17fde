import { mkdirSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"

const results = new URL("../results/", import.meta.url)

/** Prints a table of times, each with its ratio to the baseline, and saves it in `bench/results`. */
export function report({ name, title, note, baseline, unit = "ns", times }) {
  const operations = Object.keys(Object.values(times)[0])
  const table = [
    ["", ...operations.map((operation) => `${operation}, ${unit}`)],
    ["---", ...operations.map(() => "--:")],
    ...Object.entries(times).map(([contender, row]) => [
      contender,
      ...operations.map((operation) => cell(row[operation], times[baseline][operation])),
    ]),
  ]
  const machine = `Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? "unknown processor"}`
  const text = [
    `# ${title}`,
    "",
    `${note} In brackets: relative to ${baseline}.`,
    "",
    ...table.map((row) => `| ${row.join(" | ")} |`),
    "",
    `${machine}. Each contender in its own process, interleaved rounds, medians: \`npm run bench ${name}\`.`,
    "",
  ].join("\n")
  mkdirSync(results, { recursive: true })
  writeFileSync(fileURLToPath(new URL(`${name}.md`, results)), text)
  writeFileSync(fileURLToPath(new URL(`${name}.json`, results)), `${JSON.stringify({ machine, times }, null, 2)}\n`)
  console.log(text)
}

function cell(time, base) {
  if (time === null) return "-"
  const ratio = base === null || base === undefined ? "" : ` (${(time / base).toPrecision(2)})`
  return `${time.toLocaleString("en")}${ratio}`
}
