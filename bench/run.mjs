// npm run bench [suite…]: the suites of bench/suites, and eviction. Nothing named: all that need no servers.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { compare } from "./compare/compare.mjs"
import { report } from "./compare/report.mjs"

const withoutServers = ["memory", "filesystem", "codec", "compression", "eviction"]
const withServers = ["database", "memcached", "redis"]
const given = process.argv.slice(2)
const wanted = given.length > 0 ? given : withoutServers
const known = [...withoutServers, ...withServers]
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}. There are: ${known.join(", ")}`)
  process.exit(1)
}

for (const name of wanted.filter((one) => one !== "eviction")) {
  const suite = new URL(`./suites/${name}.mjs`, import.meta.url)
  console.error(`Measuring ${name} (a few minutes) …`)
  const { title, note, baseline, unit } = await import(suite.href)
  report({ name, title, note, baseline, unit, times: await compare(suite) })
}
if (wanted.includes("eviction")) {
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL("./eviction/run.mjs", import.meta.url))], {
    stdio: "inherit",
  })
  process.exitCode = status ?? 1
}
