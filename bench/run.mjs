// npm run bench [suite…]: memory, filesystem, codec, eviction. Nothing named: all of them.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { compare } from "./compare/compare.mjs"
import { report } from "./compare/report.mjs"

const suites = ["memory", "filesystem", "codec"]
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => name !== "eviction" && !suites.includes(name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}. There are: ${[...suites, "eviction"].join(", ")}`)
  process.exit(1)
}

for (const name of suites) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const suite = new URL(`./suites/${name}.mjs`, import.meta.url)
  console.error(`Measuring ${name} (a few minutes) …`)
  const { title, note, baseline, unit } = await import(suite.href)
  report({ name, title, note, baseline, unit, times: await compare(suite) })
}
if (wanted.length === 0 || wanted.includes("eviction")) {
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL("./eviction/run.mjs", import.meta.url))], {
    stdio: "inherit",
  })
  process.exitCode = status ?? 1
}
