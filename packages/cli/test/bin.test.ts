import { execFile, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { Cache } from "@larder/core"
import { fromUrl } from "@larder/filesystem"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const folder = fileURLToPath(new URL("..", import.meta.url))
let directory = ""

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "larder-bin-"))
})

afterAll(() => rmSync(directory, { recursive: true }))

/** Runs the built command. */
function larder(...words: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(folder, "dist/bin.js"), ...words], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr })
    })
  })
}

describe("the larder command", () => {
  it("reads a configuration in TypeScript, and exits", async () => {
    const { code, stdout, stderr } = await larder("ping", "--config", "test/fixtures/larder.config.ts", "--json")
    expect(stderr).toBe("")
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject([
      { cache: "default", ok: true },
      { cache: "pages", ok: true },
    ])
  })

  it("reports an error on stderr and by its exit code", async () => {
    expect(await larder("pong")).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("pong\n") })
  })

  it("exits quietly if the reader of its output is gone", async () => {
    const child = spawn(process.execPath, [join(folder, "dist/bin.js"), "--help"])
    child.stdout.destroy()
    const errors = text(child.stderr)
    const [code] = await once(child, "close")
    expect({ code, errors: await errors }).toEqual({ code: 0, errors: "" })
  })

  it.each([
    ["pong", 2],
    ["ping", 1],
  ])("exits with the code of its failure if nobody reads it: %s, %d", async (name, code) => {
    const words = [join(folder, "dist/bin.js"), name, "--config", "test/fixtures/failing.config.mjs"]
    const child = spawn(process.execPath, words, { cwd: folder })
    child.stderr.destroy()
    expect(await once(child, "close")).toEqual([code, null])
  })

  it("reports on one line that its output cannot be written", () => {
    const path = join(directory, "read-only")
    writeFileSync(path, "")
    const output = openSync(path, "r")
    const command = [join(folder, "dist/bin.js"), "--help"]
    const ended = spawnSync(process.execPath, command, { stdio: ["ignore", output, "pipe"], encoding: "utf8" })
    closeSync(output)
    expect(ended.status).toBe(1)
    expect(ended.stderr).toMatch(/^larder: .*write.*\n$/)
  })

  it("writes all output and exits, although the configuration keeps a client open", async () => {
    const { code, stdout } = await larder("ping", "--config", "test/fixtures/open-client.config.mjs", "--json")
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toHaveLength(2_000)
  })

  it.each(["exiting", "endless"])("reports an %s configuration", async (name) => {
    expect(await larder("ping", "--config", `test/fixtures/${name}.config.mjs`)).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^larder: the process ended before the command: .*\n$/),
    })
  })

  it.each([
    ["an unhandled error", "setImmediate(() => { throw new Error('no redis://ada:secret@host') })"],
    ["an unhandled rejection", "void Promise.reject(new Error('no redis://ada:secret@host'))"],
  ])("reports %s on one line without passwords", async (_, code) => {
    const path = join(directory, "unhandled.config.mjs")
    writeFileSync(path, `${code}\nawait new Promise((resolve) => setTimeout(resolve, 60_000))`)
    expect(await larder("ping", "--config", path)).toEqual({
      code: 1,
      stdout: "",
      stderr: "larder: no redis://***@host\n",
    })
  })

  it("reports the error of a failing store once", async () => {
    expect(await larder("ping", "--config", "test/fixtures/failing.config.mjs")).toEqual({
      code: 1,
      stdout: "",
      stderr: 'default: ping failed in the broken backend of the cache "default": the store is down\n',
    })
  })

  it("reports a missing SQLite file as a missing table, and does not create it", async () => {
    const path = join(directory, "nowhere.db")
    const { code, stdout, stderr } = await larder("ping", "--url", `sqlite:${path}`)
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
    expect(stderr).toMatch(/^sqlite:.*nowhere\.db: .*There is no cache table larder_cache: run .*\n$/)
    expect(readdirSync(directory)).not.toContain("nowhere.db")
  })

  it("stores a value from standard input, and prints the same bytes", async () => {
    const url = `file:${join(directory, "files")}`
    const words = ["--url", url, "--key-prefix", "news", "--namespace", "pages"]
    const value = "héllo\n\n"
    const command = [join(folder, "dist/bin.js"), "set", "key", "-", ...words]
    const stored = spawnSync(process.execPath, command, { cwd: folder, input: value, encoding: "utf8" })
    expect(stored).toMatchObject({ status: 0, stdout: "key: stored\n", stderr: "" })
    expect(await larder("get", "key", ...words)).toEqual({ code: 0, stdout: `${value}\n`, stderr: "" })
    expect(await larder("get", "key", "--url", url)).toEqual({ code: 1, stdout: "", stderr: "key: no entry\n" })
  })

  it("exits quietly if the reader of its keys is gone", async () => {
    const url = `file:${join(directory, "many")}`
    const cache = new Cache(fromUrl(url))
    await cache.setMany(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key${index}`, index])))
    await cache.close()
    const child = spawn(process.execPath, [join(folder, "dist/bin.js"), "keys", "--url", url], { cwd: folder })
    child.stdout.once("data", () => child.stdout.destroy())
    const errors = text(child.stderr)
    const [code] = await once(child, "close")
    expect({ code, errors: await errors }).toEqual({ code: 0, errors: "" })
  })

  it("creates the table of a cache once, or only prints the SQL", async () => {
    const url = `sqlite:${join(directory, "cache.db")}`
    const words = ["createcachetable", "--url", url, "--table", "pages"]
    const named = `${url}?table=pages`
    const shown = await larder(...words, "--dry-run")
    expect(shown).toMatchObject({ code: 0, stderr: "" })
    expect(shown.stdout).toMatch(/create table.*pages/is)
    expect(readdirSync(directory)).not.toContain("cache.db")
    expect(await larder(...words)).toEqual({ code: 0, stdout: `${named}: the table was created\n`, stderr: "" })
    expect(await larder(...words)).toEqual({ code: 0, stdout: `${named}: the table already exists\n`, stderr: "" })
    expect(JSON.parse((await larder(...words, "--json")).stdout)).toMatchObject([{ existed: true, created: false }])
    expect(await larder("ping", "--url", named)).toMatchObject({ code: 0 })
  })
})
