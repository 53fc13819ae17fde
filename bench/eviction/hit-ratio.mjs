import { contenders } from "./contenders.mjs"
import { traces } from "./traces.mjs"

const capacities = [30, 300, 3_000, 30_000]

/** The hit ratio of every contender on every trace and capacity. A miss is filled at once. */
export function measureHitRatios() {
  const keys = []
  return traces.flatMap(({ name, make }) =>
    capacities.map((capacity) => {
      const trace = make(capacity)
      const ratios = contenders.map((contender) => {
        const cache = contender.make(capacity)
        let hits = 0
        for (const number of trace) {
          keys[number] ??= `article:${number}`
          if (cache.get(keys[number]) === undefined) cache.set(keys[number], number)
          else hits += 1
        }
        return hits / trace.length
      })
      return { trace: name, capacity, ratios }
    }),
  )
}
