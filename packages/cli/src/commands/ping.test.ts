import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest"
import { larder, plain } from "../../test/run-larder.js"
import { main } from "../main.js"

const config = `
export const caches = {
  aliases: ["default", "pages"],
  use: (alias) => ({
    ping: async () => {
      if (alias === "pages") throw new Error("no answer of redis://ada:secret@host within 1 s")
    },
  }),
  close: async () => {},
}
`
let directory = ""

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "larder-ping-"))
  writeFileSync(join(directory, "larder.config.mjs"), config)
})

afterAll(() => rmSync(directory, { recursive: true }))

async function ping(...words: string[]) {
  const lines: { out: string[]; error: string[] } = { out: [], error: [] }
  const output = { out: (line: string) => lines.out.push(line), error: (line: string) => lines.error.push(line) }
  return { code: await main(["ping", ...words], output, directory), ...lines }
}

describe("larder ping", () => {
  it("reports for every cache whether its store answers, and returns 1 if one does not", async () => {
    const { code, out, error } = await ping()
    expect(code).toBe(1)
    expect(out).toEqual([expect.stringMatching(/^default: answered in [\d.]+ ms$/)])
    expect(error).toEqual(["pages: no answer of redis://***@host within 1 s"])
  })

  it("asks only the named caches", async () => {
    expect(await ping("default")).toMatchObject({ code: 0, error: [] })
    expect(await ping("default", "sessions")).toMatchObject({
      code: 2,
      error: ["larder: There is no cache sessions; the configuration has default, pages", expect.anything()],
    })
  })

  it("asks the store of a URL", async () => {
    const { code, out } = await ping("--url", "dummy:")
    expect(code).toBe(0)
    expect(out).toEqual([expect.stringMatching(/^dummy:: answered/)])
  })

  it("does not count the time to load the package of a URL", async () => {
    const folder = join(directory, "node_modules/@larder/filesystem")
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "package.json"), '{ "type": "module", "exports": "./index.js" }')
    writeFileSync(
      join(folder, "index.js"),
      `performance.now = () => 60_000
      export function fromUrl() {
        const none = { shared: false, persistent: false, evicts: false, ttlResolution: 0 }
        const nothing = async () => undefined
        return { name: "slow to load", capabilities: none, get: nothing, set: nothing, delete: nothing, ping: nothing }
      }`,
    )
    vi.spyOn(performance, "now").mockReturnValue(0)
    onTestFinished(() => void vi.restoreAllMocks())
    const { out } = await ping("--url", "file:./cache", "--json")
    expect(JSON.parse(out.join("\n"))).toEqual([{ cache: "file:./cache", ok: true, milliseconds: 0 }])
  })

  it("gives up on a store that never answers, whatever its backend does", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    onTestFinished(() => void vi.useRealTimers())
    const silent = { ...plain.backend(), get: () => new Promise<never>(() => undefined) }
    const running = larder({ default: { backend: () => silent } }, ["ping"])
    while (vi.getTimerCount() === 0) await new Promise(setImmediate)
    vi.advanceTimersByTime(10_000)
    expect(await running).toMatchObject({ code: 1, error: ["default: no answer within 10 s"] })
  })

  it("rejects a configuration without caches", async () => {
    writeFileSync(join(directory, "none.mjs"), "export const caches = { aliases: [], use() {}, close: async () => {} }")
    expect(await ping("--config", "none.mjs")).toEqual({
      code: 2,
      out: [],
      error: [expect.stringMatching(/^larder: The configuration has no caches/), expect.anything()],
    })
  })

  it("prints JSON on one line, including failures", async () => {
    const { code, out, error } = await ping("--json")
    expect({ code, error }).toEqual({ code: 1, error: [] })
    expect(JSON.parse(out.join("\n"))).toEqual([
      { cache: "default", ok: true, milliseconds: expect.any(Number) },
      {
        cache: "pages",
        ok: false,
        milliseconds: expect.any(Number),
        error: "no answer of redis://***@host within 1 s",
      },
    ])
  })
})
