import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { contenders } from "./contenders.mjs"

const script = fileURLToPath(new URL("time-one.mjs", import.meta.url))
const rounds = 9

/**
 * Nanoseconds for a get that hits, a set that evicts and a request of the Zipf 0.9 trace: the minimum of interleaved rounds,
 * because other load on the machine can only add to them.
 */
export function measureTimes() {
  const samples = contenders.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    contenders.forEach(({ name }, index) => {
      samples[index].push(JSON.parse(execFileSync(process.execPath, [script, name], { encoding: "utf8" })))
    })
  }
  return samples.map((rows) => ({
    get: Math.min(...rows.map((row) => row.get)),
    set: Math.min(...rows.map((row) => row.set)),
    request: Math.min(...rows.map((row) => row.request)),
  }))
}
