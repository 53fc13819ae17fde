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

/** Runs the built command as a shell would. */
function larder(...words: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(folder, "dist/bin.js"), ...words], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr })
    })
  })
}

describe("the larder command", () => {
  it("reads a configuration in TypeScript, and ends", async () => {
    const { code, stdout, stderr } = await larder("ping", "--config", "test/fixtures/larder.config.ts", "--json")
    expect(stderr).toBe("")
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject([
      { cache: "default", ok: true },
      { cache: "pages", ok: true },
    ])
  })

  it("says on stderr what is wrong, and that by its exit code", async () => {
    expect(await larder("pong")).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("pong\n") })
  })

  it("ends in silence when nobody reads on", async () => {
    const child = spawn(process.execPath, [join(folder, "dist/bin.js"), "--help"])
    child.stdout.destroy()
    const complaints = text(child.stderr)
    const [code] = await once(child, "close")
    expect({ code, complaints: await complaints }).toEqual({ code: 0, complaints: "" })
  })

  it("says on one line that its output cannot be written", () => {
    const path = join(directory, "read-only")
    writeFileSync(path, "")
    const output = openSync(path, "r")
    const command = [join(folder, "dist/bin.js"), "--help"]
    const ended = spawnSync(process.execPath, command, { stdio: ["ignore", output, "pipe"], encoding: "utf8" })
    closeSync(output)
    expect(ended.status).toBe(1)
    expect(ended.stderr).toMatch(/^larder: .*write.*\n$/)
  })

  it("ends though the configuration keeps a client of its own open, having written all", async () => {
    const { code, stdout } = await larder("ping", "--config", "test/fixtures/open-client.config.mjs", "--json")
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toHaveLength(2_000)
  })

  it.each(["exiting", "endless"])("says that it did not come to its end in an %s configuration", async (name) => {
    expect(await larder("ping", "--config", `test/fixtures/${name}.config.mjs`)).toEqual({
      code: 1,
      stdout: "",
      stderr: "larder: the process ended before the command, in the configuration or in a client\n",
    })
  })

  it.each([
    ["an error that nobody handles", "setImmediate(() => { throw new Error('no redis://ada:secret@host') })"],
    ["a rejection that nobody handles", "void Promise.reject(new Error('no redis://ada:secret@host'))"],
  ])("says on one line, without passwords, of %s", async (_, code) => {
    const path = join(directory, "unhandled.config.mjs")
    writeFileSync(path, `${code}\nawait new Promise((resolve) => setTimeout(resolve, 60_000))`)
    expect(await larder("ping", "--config", path)).toEqual({
      code: 1,
      stdout: "",
      stderr: "larder: no redis://***@host\n",
    })
  })

  it("says of a store that fails what it says, once", async () => {
    expect(await larder("ping", "--config", "test/fixtures/failing.config.mjs")).toEqual({
      code: 1,
      stdout: "",
      stderr: 'default: ping failed in the broken backend of the cache "default": the store is down\n',
    })
  })

  it("says of a file that is not there that there is no table, and makes none", async () => {
    const path = join(directory, "nowhere.db")
    const { code, stdout, stderr } = await larder("ping", "--url", `sqlite:${path}`)
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
    expect(stderr).toMatch(/^sqlite:.*nowhere\.db: .*There is no cache table larder_cache: run .*\n$/)
    expect(readdirSync(directory)).not.toContain("nowhere.db")
  })

  it("stores a value that it is sent, and prints it to the byte", async () => {
    const url = `file:${join(directory, "files")}`
    const words = ["--url", url, "--key-prefix", "news", "--namespace", "pages"]
    const value = "héllo\n\n"
    const command = [join(folder, "dist/bin.js"), "set", "key", "-", ...words]
    const stored = spawnSync(process.execPath, command, { cwd: folder, input: value, encoding: "utf8" })
    expect(stored).toMatchObject({ status: 0, stdout: "key: stored\n", stderr: "" })
    expect(await larder("get", "key", ...words)).toEqual({ code: 0, stdout: `${value}\n`, stderr: "" })
    expect(await larder("get", "key", "--url", url)).toEqual({ code: 1, stdout: "", stderr: "key: no entry\n" })
  })

  it("ends in silence when nobody wants more keys", async () => {
    const url = `file:${join(directory, "many")}`
    const cache = new Cache(fromUrl(url))
    await cache.setMany(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key${index}`, index])))
    await cache.close()
    const child = spawn(process.execPath, [join(folder, "dist/bin.js"), "keys", "--url", url], { cwd: folder })
    child.stdout.once("data", () => child.stdout.destroy())
    const complaints = text(child.stderr)
    const [code] = await once(child, "close")
    expect({ code, complaints: await complaints }).toEqual({ code: 0, complaints: "" })
  })

  it("makes the table of a cache once, and only shows the SQL when it is asked to", async () => {
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
