import { describe, expect, it } from "vitest"
import { larderIn, packageFolder } from "./run-larder.js"

/** Nothing listens on port 1. */
const urls = [
  "redis://ada:secret@127.0.0.1:1",
  "memcached://ada:secret@127.0.0.1:1",
  "postgres://ada:secret@127.0.0.1:1/db",
  "mysql://ada:secret@127.0.0.1:1/db",
]

const commands = [
  "get key",
  "set key value",
  "delete key",
  "touch key",
  "ttl key",
  "keys",
  "invalidate-tags tag",
  "clear --yes",
  "prune",
  "ping",
  "createcachetable",
  "stats",
  "doctor",
  "bench",
]

/** Commands that a backend cannot answer return 2 without asking the store. */
function unsupported(url: string): readonly string[] {
  if (url.startsWith("redis:")) return ["prune", "createcachetable"]
  if (url.startsWith("memcached:")) return ["keys", "prune", "createcachetable"]
  return []
}

describe.each(urls)("with the unreachable store %s", (url) => {
  it.each(commands)("larder %s fails without printing the password", async (command) => {
    for (const format of [[], ["--json"]]) {
      const { code, out, error, progress } = await larderIn(packageFolder, [
        ...command.split(" "),
        ...format,
        "--url",
        url,
      ])
      expect(code).toBe(unsupported(url).includes(command) ? 2 : 1)
      const lines = [...out, ...error]
      expect(lines.length).toBeGreaterThan(0)
      expect([...lines, ...progress].join("\n")).not.toContain("secret")
      expect(error.filter((line) => line.includes("\n"))).toEqual([])
    }
  })
})
