import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { contenders } from "./contenders.mjs"

const script = fileURLToPath(new URL("time-one.mjs", import.meta.url))
const rounds = 5

/** Nanoseconds for a get that hits, a set that evicts and a request of the Zipf 0.9 trace: medians of interleaved rounds. */
export function measureTimes() {
  const samples = contenders.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    contenders.forEach(({ name }, index) => {
      samples[index].push(JSON.parse(execFileSync(process.execPath, [script, name], { encoding: "utf8" })))
    })
  }
  return contenders.map((_, index) => ({
    get: median(samples[index].map((sample) => sample.get)),
    set: median(samples[index].map((sample) => sample.set)),
    request: median(samples[index].map((sample) => sample.request)),
  }))
}

function median(numbers) {
  return numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)]
}
