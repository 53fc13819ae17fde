// npm run bench [suite…]: the suites of bench/suites, eviction and http. Default: those that need no servers.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { compare } from "./compare/compare.mjs"
import { report } from "./compare/report.mjs"

/** Suites with their own way of measuring. */
const programs = ["eviction", "http"]
const inProcess = ["memory", "get-or-set", "tiered", "codec", "compression", "fragments", "telemetry"]
const withoutServers = [...inProcess, "filesystem", "sqlite", ...programs]
const withServers = ["redis", "tags", "fragments-redis", "memcached", "postgres", "mysql", "set-growth"]
const given = process.argv.slice(2)
const wanted = given.length > 0 ? given : withoutServers
const known = [...withoutServers, ...withServers]
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}. There are: ${known.join(", ")}`)
  process.exit(1)
}

for (const name of wanted.filter((one) => !programs.includes(one))) {
  const suite = new URL(`./suites/${name}.mjs`, import.meta.url)
  console.error(`Measuring ${name} (a few minutes) …`)
  const { title, note, baseline, unit } = await import(suite.href)
  report({ name, title, note, baseline, unit, times: await compare(suite) })
}
for (const name of wanted.filter((one) => programs.includes(one))) {
  const program = fileURLToPath(new URL(`./${name}/run.mjs`, import.meta.url))
  const { status } = spawnSync(process.execPath, [program], { stdio: "inherit" })
  if (status !== 0) process.exitCode = status ?? 1
}
