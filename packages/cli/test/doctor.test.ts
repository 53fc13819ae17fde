import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Finding } from "@larder/core"
import { addressOf } from "@larder/services/address"
import { describe, expect, it, onTestFinished } from "vitest"
import { larderIn, packageFolder } from "./run-larder.js"

const fixture = join(packageFolder, "test/fixtures/servers.config.mjs")

/** Runs `larder doctor` and returns the findings of each cache as lines. */
async function found(...words: readonly string[]): Promise<{ code: number; lines: Record<string, string[]> }> {
  const { code, out, error } = await larderIn(packageFolder, ["doctor", "--json", ...words])
  expect(error).toEqual([])
  const answers = JSON.parse(out.join()) as { cache: string; findings: Finding[] }[]
  const lines = answers.map(({ cache, findings }) => [
    cache,
    findings.map(({ severity, code, found }) => `${severity} ${code}: ${found}`),
  ])
  return { code, lines: Object.fromEntries(lines) }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "larder-doctor-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const unlimited = "warning maxmemory: The server has no memory limit (maxmemory is 0)."

describe("larder doctor on servers", () => {
  it("finds the problems of each cache, and caches that share keys", async () => {
    addressOf("REDIS_URL")
    addressOf("MEMCACHED_URLS")
    const { code, lines } = await found("--config", fixture)
    expect(code).toBe(1)
    expect(lines).toEqual({
      default: [
        unlimited,
        "error shared-keys: The cache again has the same keys in the same store: an entry written through one was found in the other.",
      ],
      again: [unlimited],
      apart: [unlimited],
      // Other tests change the statistics of the servers.
      memcached: expect.any(Array),
      tiers: ["info no-bus: The tiers have no bus.", unlimited],
      dead: [
        expect.stringMatching(/^error no-answer: ping failed in .* at redis:\/\/127\.0\.0\.1:1\/0: .*ECONNREFUSED/),
      ],
    })
  })

  it("examines the server of a URL", async () => {
    const url = addressOf("REDIS_URL")
    expect(await found("--url", url)).toEqual({
      code: 0,
      lines: { [url]: [unlimited, "info no-key-prefix: The cache has no keyPrefix."] },
    })
    expect((await found("--url", url, "--key-prefix", "news")).lines).toEqual({ [url]: [unlimited] })
  })

  it.each(["POSTGRES_URL", "MYSQL_URL"])("explains how to create a missing table, at %s", async (name) => {
    const { code, lines } = await found("--url", `${addressOf(name)}?table=larder_nowhere`)
    expect(code).toBe(1)
    expect(Object.values(lines)).toEqual([
      [
        expect.stringMatching(
          /^error no-answer: .*There is no cache table larder_nowhere: run `larder createcachetable`/,
        ),
        expect.stringContaining("no-key-prefix"),
      ],
    ])
  })
})

describe("larder doctor on files", () => {
  it("finds a SQLite file that every user can write to", async () => {
    const path = join(temporaryFolder(), "cache.db")
    const url = `sqlite:${path}`
    await larderIn(packageFolder, ["createcachetable", "--url", url])
    chmodSync(path, 0o644)
    expect(await found("--url", url)).toEqual({ code: 0, lines: { [url]: [] } })
    chmodSync(path, 0o666)
    expect(await found("--url", url)).toEqual({
      code: 0,
      lines: { [url]: [`warning permissions: Every user of this machine can write to ${path} (mode 666).`] },
    })
  })

  it("finds a directory that every user can write to, or that cannot be used", async () => {
    const folder = temporaryFolder()
    const [open, none] = [join(folder, "open"), "/dev/null/cache"]
    mkdirSync(open)
    chmodSync(open, 0o777)
    expect(await found("--url", `file:${open}?maxBytes=10000`)).toMatchObject({
      code: 0,
      lines: {
        [`file:${open}?maxBytes=10000`]: [
          `warning permissions: Every user of this machine can write to ${open} (mode 777).`,
        ],
      },
    })
    const { code, lines } = await found("--url", `file:${none}`)
    expect(code).toBe(1)
    expect(Object.values(lines)).toEqual([
      [expect.stringMatching(/^error no-answer: .*Cannot use the cache directory/)],
    ])
  })
})
