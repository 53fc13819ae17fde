import { join } from "node:path"
import { expect, it } from "vitest"
import { main } from "../src/main.js"

it("reports failures of caches from another copy of core", async () => {
  const lines: string[] = []
  const output = { out: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) }
  // The test runs the source of core; the configuration imports its build.
  const words = ["get", "key", "--config", join(import.meta.dirname, "fixtures/failing.config.mjs")]
  expect(await main(words, output)).toBe(1)
  expect(lines).toEqual(['key: get of "key" failed in the broken backend of the cache "default": the store is down'])
})
