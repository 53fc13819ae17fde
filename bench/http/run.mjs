// npm run bench http: what a hit costs the processor, through each entry, beside a handler that writes the same bytes.
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { report } from "../compare/report.mjs"
import { load } from "./client.mjs"
import { contenders } from "./contenders.mjs"
import { html } from "./page.mjs"

const rounds = 7
const requests = 4_000
const connections = 20
const server = fileURLToPath(new URL("./server.mjs", import.meta.url))

const children = new Map()
for (const name of Object.keys(contenders)) {
  const child = fork(server, [name])
  const [{ port }] = await once(child, "message")
  children.set(name, { child, port })
}

/** The microseconds of processor time that a request took, in one round. */
async function round({ child, port }) {
  child.send("ready")
  await once(child, "message")
  await load(port, { requests, connections, bytes: Buffer.byteLength(html) })
  child.send("done")
  const [{ microseconds }] = await once(child, "message")
  return microseconds / requests
}

const samples = new Map([...children.keys()].map((name) => [name, []]))
for (let number = 0; number <= rounds; number += 1) {
  for (const [name, child] of children) {
    const sample = await round(child)
    if (number > 0) samples.get(name).push(sample)
  }
  process.stderr.write(`  round ${number} of ${rounds}\n`)
}
for (const { child } of children.values()) child.disconnect()

function median(numbers) {
  return Number([...numbers].sort((one, other) => one - other)[numbers.length >> 1].toPrecision(3))
}

report({
  name: "http",
  title: "A page of 10 kB from the cache, through each framework",
  note:
    "Microseconds of processor time of the server for a request, over connections that are kept alive. " +
    "Processor time, not requests a second: it does not depend on what else the machine does.",
  baseline: "node:http, a variable",
  unit: "µs",
  times: Object.fromEntries([...samples].map(([name, times]) => [name, { "a hit": median(times) }])),
})
