import { readFileSync } from "node:fs"
import { describe, expect, it, onTestFinished } from "vitest"
import { RedisBackend } from "../src/index.js"
import { RedisProcess } from "./redis-process.js"

/** Those of README.md. */
const rules = documentedRules()

function documentedRules(): readonly string[] {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
  const text = /`~news:\* ([^`]*)`/.exec(readme)?.[1] ?? ""
  return text.split(/\s+/)
}

const [value, other] = [Buffer.from("value"), Buffer.from("other")]

/** Calls everything, each in all the ways that send different commands; returns what was refused. */
async function refusals(server: RedisProcess, allowed: readonly string[]): Promise<unknown[]> {
  await server.ask("ACL", "SETUSER", "news", "reset", "on", ">secret", "~news:*", ...allowed)
  // Nothing is left of the last run.
  await server.ask("SCRIPT", "FLUSH")
  const backend = new RedisBackend({ url: server.url.replace("//", "//news:secret@").concat("/1") })
  onTestFinished(() => backend.close())
  const calls: (() => Promise<unknown>)[] = [
    () => Promise.all([backend.set("news:a", value), backend.set("news:n", Buffer.from("1"), 60_000)]),
    () => backend.set("news:a", value, 60_000),
    () => Promise.all([backend.get("news:a"), backend.get("news:b")]),
    () => backend.add("news:b", value),
    () => backend.touch("news:a", 60_000),
    () => backend.touch("news:a"),
    () => backend.replaceIfEqual("news:a", value, other, 60_000),
    () => backend.deleteIfEqual("news:a", other),
    () => backend.incr("news:n", 1),
    () => Promise.all([backend.incr("news:n", 1), backend.incr("news:n", 1)]),
    () => backend.incr("news:n", Number.MAX_SAFE_INTEGER).catch(passRangeError),
    () => backend.getMany(["news:a", "news:b"]),
    () => backend.setMany([{ key: "news:a", value }], 60_000),
    () => backend.deleteMany(["news:a", "news:b"]),
    () => backend.ttl("news:n"),
    () => backend.keys("news:")[Symbol.asyncIterator]().next(),
    () => backend.clear("news:"),
    () => backend.stats(),
    () => backend.ping(),
    () => backend.diagnose(),
  ]
  const reasons: unknown[] = []
  for (const call of calls) await call().catch((reason: unknown) => reasons.push(reason))
  return reasons
}

function passRangeError(error: unknown): void {
  if (!(error instanceof RangeError)) throw error
}

describe("the access rules in the README", () => {
  it("are sufficient, and each is needed", async () => {
    const server = await RedisProcess.start()
    expect(rules).toContain("+get")
    expect(await refusals(server, rules)).toEqual([])
    for (const rule of rules) {
      const reasons = await refusals(
        server,
        rules.filter((each) => each !== rule),
      )
      // Without it, scripts are sent in full.
      if (rule !== "+script|load") expect(reasons, rule).not.toEqual([])
    }
  })
})
