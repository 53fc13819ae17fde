import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { main } from "./main.js"

async function run(...words: string[]) {
  const lines: { out: string[]; error: string[] } = { out: [], error: [] }
  const code = await main(words, { out: (line) => lines.out.push(line), error: (line) => lines.error.push(line) })
  return { code, ...lines }
}

describe("the command line", () => {
  it("shows its commands when it is asked to, and when it is asked nothing", async () => {
    const [asked, nothing] = [await run("--help"), await run()]
    expect(asked.code).toBe(0)
    expect(asked.out.join("\n")).toMatch(/createcachetable \[alias\.\.\.\].*ping \[alias\.\.\.\]/s)
    expect(nothing).toEqual({ ...asked, code: 2 })
  })

  it("shows what one command takes", async () => {
    const { code, out, error } = await run("ping", "--help")
    expect({ code, error }).toEqual({ code: 0, error: [] })
    expect(out).toEqual([
      "Usage: larder ping [alias...] [--config file | --url url] [--json]",
      "",
      "  ask whether the stores answer",
      "",
      "  --config file  the configuration; else larder.config.ts, .js or .mjs in this folder",
      "  --url url      a store in place of a configuration: redis://host:6379/1, file:./cache",
      "  --json         answer JSON, on one line",
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
  ])("answers 2 to words that make no sense: %j", async (words, message) => {
    const { code, out, error } = await run(...words)
    expect(code).toBe(2)
    expect(out).toEqual([])
    expect(error).toEqual([expect.stringContaining(message), "larder --help shows the commands"])
  })

  it("says of an option that is none nothing more", async () => {
    expect((await run("ping", "--colour")).error[0]).toBe("larder: Unknown option '--colour'")
  })

  it("answers 1 and one line when a store cannot be had, without its password", async () => {
    const { code, error } = await run("createcachetable", "--url", "nosuch://ada:secret@host/1")
    expect(code).toBe(1)
    expect(error).toEqual([expect.stringMatching(/^larder: No backend for the URL "nosuch:\/\/\*\*\*@host\/1"/)])
  })
})
