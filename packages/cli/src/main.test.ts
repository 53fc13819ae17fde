import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { main } from "./main.js"

function fail(line: string): never {
  throw new Error(`Unexpected output: ${line}`)
}

/** The folder of this package, which depends on all backend packages. */
const directory = join(import.meta.dirname, "..")

async function run(...words: string[]) {
  const lines: { out: string[]; error: string[] } = { out: [], error: [] }
  const output = { out: (line: string) => lines.out.push(line), error: (line: string) => lines.error.push(line) }
  const code = await main(words, output, directory)
  return { code, ...lines }
}

describe("the command line", () => {
  it("lists its commands on request, and without arguments", async () => {
    const [asked, nothing] = [await run("--help"), await run()]
    expect(asked.code).toBe(0)
    expect(asked.out.join("\n")).toMatch(
      /^Stores:\n {2}ping \[alias\.\.\.\] .*\n {2}createcachetable \[alias\.\.\.\] /m,
    )
    expect(nothing).toEqual({ ...asked, code: 2 })
    expect(await run("help")).toEqual(asked)
  })

  it("explains one command", async () => {
    const { code, out, error } = await run("ping", "--help")
    expect({ code, error }).toEqual({ code: 0, error: [] })
    expect(out).toEqual([
      "Usage: larder ping [alias...] [options]",
      "",
      "  check that each store answers",
      "",
      "  --config file  default: larder.config.ts, .js, .mjs or .cjs here",
      "  --url url      a store instead of a configuration: redis://host:6379/1",
      "  --json         print JSON on one line",
      "  -h, --help     show this help",
    ])
    expect((await run("createcachetable", "-h")).out.join("\n")).toMatch(/--table name .*\n.*--dry-run/)
    expect(await run("help", "ping")).toEqual({ code, out, error })
    expect((await run("pong", "--help")).code).toBe(2)
    expect((await run("help", "pong")).error[0]).toBe("larder: There is no command pong")
  })

  it("shows its version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
    expect(await run("--version")).toEqual({ code: 0, out: [version], error: [] })
    expect(await run("-v")).toEqual({ code: 0, out: [version], error: [] })
  })

  it.each([
    [["pong"], "larder: There is no command pong"],
    [["constructor"], "larder: There is no command constructor"],
    [["ping", "--colour"], "larder: Unknown option '--colour'"],
    [["ping", "--url"], "larder: Option '--url <value>' argument missing"],
    [["ping", "--url", ""], "larder: --url is empty"],
    [["createcachetable", "--url="], "larder: --url is empty"],
    [["ping", "--table", "t"], "larder: ping has no option --table"],
    [["ping", "--url", "dummy:", "--config", "x"], "larder: Pass either --config or --url, not both"],
    [["ping", "default", "--url", "dummy:"], "larder: Pass either --url or aliases, not both; got default"],
    [["createcachetable", "--config", "nowhere.mjs"], "larder: There is no "],
    [["createcachetable", "default", "--url", "dummy:"], "larder: Pass either --url or aliases, not both; got default"],
    [["ping", "--url", "nosuch://ada:secret@host/1"], 'larder: No backend for the URL "nosuch://***@host/1"'],
    [["createcachetable", "--url", "nosuch://ada:secret@host/1"], 'No backend for the URL "nosuch://***@host/1"'],
    [["ping", "--url", "redis"], 'larder: No backend for the URL "redis"'],
    [["ping", "--url", "locmem:?size=5"], "larder: A locmem URL has no parameter size"],
    [["createcachetable", "--url", "locmem:?size=5", "--json"], "larder: A locmem URL has no parameter size"],
    [["ping", "--url", "redis:ada:secret@host"], 'larder: The URL "redis:host" names no Redis'],
    [["ping", "--url", "memcached:ada:secret@host"], 'larder: The URL "memcached:***@host" names no Memcached servers'],
    [["ping", "--url", "postgres:ada:secret@host"], 'larder: The URL "postgres:***@host" names no cache in a database'],
    [["ping", "--url", "nosuch://host/1?password=secret"], 'No backend for the URL "nosuch://host/1?password=***"'],
  ])("returns 2 for the invalid arguments %j, and prints no password", async (words, message) => {
    const { code, out, error } = await run(...words)
    expect(code).toBe(2)
    expect(out).toEqual([])
    expect(error).toEqual([expect.stringContaining(message), expect.stringMatching(/^larder (\w+ )?--help /)])
    expect(error.join()).not.toContain("secret")
  })

  it("explains how an argument can begin with a dash", async () => {
    expect(await run("ping", "--colour")).toMatchObject({
      error: [
        "larder: Unknown option '--colour'; after --, arguments may begin with a dash",
        "larder ping --help explains the command",
      ],
    })
    expect((await run("--colour", "ping")).error.at(-1)).toBe("larder --help lists the commands")
    expect((await run("ping", "--url", "dummy:", "--", "--colour")).error).toEqual([
      "larder: Pass either --url or aliases, not both; got --colour",
      "larder ping --help explains the command",
    ])
  })

  it("has help of at most 80 columns", async () => {
    const { out } = await run("--help")
    const names = out.flatMap((line) => /^ {2}([a-z-]+) /.exec(line)?.[1] ?? [])
    expect(names).toContain("ping")
    const helps = await Promise.all(names.map((name) => run(name, "--help")))
    expect([out, ...helps.map((help) => help.out)].flat().filter((line) => line.length > 80)).toEqual([])
  })

  it.each(["ping", "createcachetable"])(
    "returns 1 and prints one line if %s lacks the package of the store",
    async (name) => {
      const directory = mkdtempSync(join(tmpdir(), "larder-main-"))
      onTestFinished(() => rmSync(directory, { recursive: true }))
      // It hides the installed package, and cannot be imported.
      const unusable = join(directory, "node_modules/@larder/redis")
      mkdirSync(unusable, { recursive: true })
      writeFileSync(join(unusable, "package.json"), JSON.stringify({ name: "@larder/redis", exports: {} }))
      const errors: string[] = []
      const output = { out: fail, error: (line: string) => errors.push(line) }
      expect(await main([name, "--url", "redis://ada:secret@host/1"], output, directory)).toBe(1)
      const shown = "redis://***@host/1"
      expect(errors).toEqual([
        `${shown}: The URL "${shown}" needs the package @larder/redis: npm install @larder/redis`,
      ])
    },
  )
})
