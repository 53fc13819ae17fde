import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { main } from "./main.js"

function fail(line: string): never {
  throw new Error(`Unexpected output: ${line}`)
}

/** In the folder of this package, whose dependencies its stores are. */
const directory = join(import.meta.dirname, "..")

async function run(...words: string[]) {
  const lines: { out: string[]; error: string[] } = { out: [], error: [] }
  const output = { out: (line: string) => lines.out.push(line), error: (line: string) => lines.error.push(line) }
  const code = await main(words, output, directory)
  return { code, ...lines }
}

describe("the command line", () => {
  it("shows its commands when it is asked to, and when it is asked nothing", async () => {
    const [asked, nothing] = [await run("--help"), await run()]
    expect(asked.code).toBe(0)
    expect(asked.out.join("\n")).toMatch(
      /^Stores:\n {2}ping \[alias\.\.\.\] .*\n {2}createcachetable \[alias\.\.\.\] /m,
    )
    expect(nothing).toEqual({ ...asked, code: 2 })
  })

  it("shows what one command takes", async () => {
    const { code, out, error } = await run("ping", "--help")
    expect({ code, error }).toEqual({ code: 0, error: [] })
    expect(out).toEqual([
      "Usage: larder ping [alias...] [options]",
      "",
      "  check that each store answers",
      "",
      "  --config file  default: larder.config.ts, .js or .mjs in this folder",
      "  --url url      one store, without a configuration: redis://host:6379/1",
      "  --json         print JSON on one line",
      "  -h, --help     explain the command",
    ])
    expect((await run("createcachetable", "-h")).out.join("\n")).toMatch(/--table name .*\n.*--dry-run/)
    expect((await run("pong", "--help")).code).toBe(2)
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
    [["ping", "--table", "t"], "larder: ping takes no --table"],
    [["ping", "--url", "dummy:", "--config", "x"], "larder: Either --config or --url, not both"],
    [["ping", "default", "--url", "dummy:"], "larder: --url names the store; default names another"],
    [["createcachetable", "--config", "nowhere.mjs"], "larder: There is no "],
    [["createcachetable", "default", "--url", "dummy:"], "larder: --url names the store; default names another"],
    [["ping", "--url", "nosuch://ada:secret@host/1"], 'larder: No backend for the URL "nosuch://***@host/1"'],
    [["createcachetable", "--url", "nosuch://ada:secret@host/1"], 'No backend for the URL "nosuch://***@host/1"'],
    [["ping", "--url", "redis"], 'larder: No backend for the URL "redis"'],
    [["ping", "--url", "locmem:?size=5"], "larder: A locmem URL has no parameter size"],
    [["createcachetable", "--url", "locmem:?size=5", "--json"], "larder: A locmem URL has no parameter size"],
  ])("answers 2 to words that make no sense: %j", async (words, message) => {
    const { code, out, error } = await run(...words)
    expect(code).toBe(2)
    expect(out).toEqual([])
    expect(error).toEqual([expect.stringContaining(message), expect.stringMatching(/^larder (\w+ )?--help /)])
  })

  it("says how a word may begin with a dash", async () => {
    expect(await run("ping", "--colour")).toMatchObject({
      error: [
        "larder: Unknown option '--colour'; after -- a word may begin with a dash",
        "larder --help shows the commands",
      ],
    })
    expect((await run("ping", "--url", "dummy:", "--", "--colour")).error).toEqual([
      "larder: --url names the store; --colour names another",
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

  it.each(["ping", "createcachetable"])("answers 1 and one line when %s has no package for the store", async (name) => {
    const directory = mkdtempSync(join(tmpdir(), "larder-main-"))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    // Nearer than one that is installed, and of no use.
    const unusable = join(directory, "node_modules/@larder/redis")
    mkdirSync(unusable, { recursive: true })
    writeFileSync(join(unusable, "package.json"), JSON.stringify({ name: "@larder/redis", exports: {} }))
    const errors: string[] = []
    const output = { out: fail, error: (line: string) => errors.push(line) }
    expect(await main([name, "--url", "redis://ada:secret@host/1"], output, directory)).toBe(1)
    const shown = "redis://***@host/1"
    expect(errors).toEqual([`${shown}: The URL "${shown}" needs the package @larder/redis: npm install @larder/redis`])
  })
})
