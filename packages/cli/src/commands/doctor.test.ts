import { type Backend, DummyBackend, type Finding } from "@larder/core"
import { LocmemBackend, LocmemStore } from "@larder/locmem"
import { describe, expect, it } from "vitest"
import { larder, type Settings } from "../../test/run-larder.js"

/** Runs `larder doctor` and returns severity and code of each finding. */
async function diagnose(settings: Settings, ...words: readonly string[]) {
  const { code, out, error } = await larder(settings, ["doctor", "--json", ...words])
  expect(error).toEqual([])
  const answers = JSON.parse(out.join()) as { cache: string; ok: boolean; findings: Finding[] }[]
  const found = answers.map((one) => [one.cache, ...one.findings.map(({ severity, code }) => `${severity} ${code}`)])
  return { code, answers, found }
}

/** An in-memory backend with other methods or properties. */
function changed(changes: Partial<Backend<unknown>>): LocmemBackend {
  return Object.assign(new LocmemBackend(), changes)
}

function fail(): Promise<never> {
  return Promise.reject(new Error("refused by redis://ada:secret@host"))
}

const remote = { shared: true, persistent: true, evicts: true, ttlResolution: 1, remote: true } as const

describe("larder doctor", () => {
  it("finds nothing in a correct configuration, and leaves nothing behind", async () => {
    const store = new LocmemStore()
    expect(await larder({ default: { backend: () => new LocmemBackend({ store }) } }, ["doctor"])).toMatchObject({
      code: 0,
      out: ["default: locmem", "  nothing found", "", "nothing found"],
      error: [],
    })
    expect(store.stats().entries).toBe(0)
  })

  it("finds a store that does not answer, reports the reason without passwords, and fails", async () => {
    const { code, answers } = await diagnose({ default: { backend: () => changed({ ping: fail }) } })
    expect(code).toBe(1)
    expect(answers).toEqual([
      {
        ok: false,
        cache: "default",
        backend: "locmem",
        findings: [
          {
            severity: "error",
            code: "no-answer",
            found: expect.stringContaining("refused by redis://***@host"),
            why: expect.any(String),
            advice: expect.any(String),
          },
        ],
      },
    ])
  })

  it("finds a store that refuses writes, although onError hides it", async () => {
    const { code, found } = await diagnose({ default: { backend: () => changed({ set: fail }) } })
    expect({ code, found }).toEqual({ code: 1, found: [["default", "error write-failed"]] })
  })

  it("finds a store that keeps nothing", async () => {
    const { code, found } = await diagnose({ default: { backend: () => new DummyBackend() } })
    expect({ code, found }).toEqual({ code: 0, found: [["default", "warning not-kept"]] })
  })

  it("reports the findings of the backend, and omits the symptoms of its errors", async () => {
    const full: Finding = {
      severity: "error",
      code: "full",
      found: "redis://a:b@c\nis full.",
      why: "So.",
      advice: "No.",
    }
    const diagnosed = async (): Promise<readonly Finding[]> => [full]
    const { answers, found } = await diagnose({
      default: { backend: () => changed({ diagnose: diagnosed, set: fail }) },
      other: { backend: () => changed({ diagnose: async () => [{ ...full, severity: "warning" }], set: fail }) },
    })
    expect(found).toEqual([
      ["default", "error full"],
      ["other", "error write-failed", "warning full"],
    ])
    expect(answers[0]?.findings[0]?.found).toBe("redis://***@c is full.")
  })

  it("reports that a store was not examined if its backend fails to do so", async () => {
    const { code, answers, found } = await diagnose({ default: { backend: () => changed({ diagnose: fail }) } })
    expect({ code, found }).toEqual({ code: 0, found: [["default", "warning not-examined"]] })
    expect(answers[0]?.findings[0]?.found).toBe("The store could not be examined: refused by redis://***@host")
  })

  it("finds invalid settings", async () => {
    const location = "redis://host/0"
    const { code, found } = await diagnose({
      default: { backend: () => changed({ location }), keyPrefix: "news" },
      other: { backend: () => changed({ location }), keyPrefix: "news" },
    })
    expect({ code, found }).toEqual({ code: 1, found: [["default"], ["other", "error not-set-up"]] })
  })

  it("finds a cache without a prefix on a server, and names the server", async () => {
    const backend = () => changed({ capabilities: remote, location: "redis://ada:secret@host/0" })
    const { code, answers, found } = await diagnose({ plain: { backend }, own: { backend, keyPrefix: "news" } })
    expect({ code, found }).toEqual({ code: 0, found: [["plain", "info no-key-prefix"], ["own"]] })
    expect(answers).toMatchObject([{ location: "redis://***@host/0" }, { location: "redis://***@host/0" }])
  })

  it("finds entries that never expire", async () => {
    const capabilities = { shared: true, persistent: true, evicts: false, ttlResolution: 1 }
    const backend = () => changed({ capabilities })
    const { found } = await diagnose({
      forever: { backend, timeout: null },
      mortal: { backend },
      evicted: { backend: () => new LocmemBackend(), timeout: null },
    })
    expect(found).toEqual([["forever", "warning never-expires"], ["mortal"], ["evicted"]])
  })

  it("finds caches with the same keys, whatever the addresses of their stores, and leaves nothing behind", async () => {
    const store = new LocmemStore()
    const named = (location: string) => () => Object.assign(new LocmemBackend({ store }), { location })
    const { code, answers, found } = await diagnose({
      one: { backend: named("redis://localhost/0"), keyPrefix: "news" },
      two: { backend: named("redis://127.0.0.1/0"), keyPrefix: "news", version: 2 },
      three: { backend: named("redis://[::1]/0"), keyPrefix: "shop" },
      apart: { backend: () => new LocmemBackend(), keyPrefix: "news" },
    })
    expect({ code, found }).toEqual({
      code: 1,
      found: [["one", "error shared-keys"], ["two"], ["three"], ["apart"]],
    })
    expect(answers[0]?.findings[0]?.found).toContain("The cache two has the same keys")
    expect(store.stats().entries).toBe(0)
  })

  it("continues if a store fails between two checks", async () => {
    const store = new LocmemStore()
    let writes = 0
    const failsLater = Object.assign(new LocmemBackend({ store }), {
      async set(key: string, value: unknown) {
        writes += 1
        if (writes > 1) await fail()
        store.set(key, value)
      },
    })
    const { code, found } = await diagnose({
      one: { backend: () => failsLater },
      two: { backend: () => new LocmemBackend() },
    })
    expect({ code, found }).toEqual({ code: 0, found: [["one", "warning not-examined"], ["two"]] })
  })

  it("examines only the named caches", async () => {
    const { found } = await diagnose(
      { default: { backend: () => changed({ ping: fail }) }, own: { backend: () => new LocmemBackend() } },
      "own",
    )
    expect(found).toEqual([["own"]])
  })

  it("shows its progress, and fits the report to the terminal", async () => {
    const settings = { default: { backend: () => new DummyBackend() } }
    const { out, progress } = await larder(settings, ["doctor"], { columns: 60 })
    expect(progress).toEqual(["examining the caches", ""])
    expect(Math.max(...out.map((line) => line.length))).toBeLessThanOrEqual(60)
    expect(out.at(-1)).toBe("1 warning")
  })
})
