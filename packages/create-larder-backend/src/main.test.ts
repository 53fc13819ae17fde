import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { main } from "./main.js"
import { version } from "./skeleton.js"

function place(): string {
  const directory = mkdtempSync(join(tmpdir(), "larder create-"))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

interface Setting {
  readonly directory?: string
  readonly packageManager?: string
  /** The answer typed at the terminal. */
  readonly answer?: string
}

async function run(words: readonly string[], { directory = place(), packageManager, answer }: Setting = {}) {
  const lines: { out: string[]; error: string[]; asked: string[] } = { out: [], error: [], asked: [] }
  const ask = async (question: string) => {
    lines.asked.push(question)
    return answer ?? ""
  }
  const terminal = {
    out: (line: string) => lines.out.push(line),
    error: (line: string) => lines.error.push(line),
    ...(answer !== undefined && { ask }),
  }
  const code = await main(words, terminal, directory, packageManager)
  return { code, ...lines, written: readdirSync(directory) }
}

describe("create-larder-backend", () => {
  it("writes a package and prints the next steps", async () => {
    const directory = place()
    const { code, out, error, written } = await run(["my-store"], { directory })
    expect({ code, error, written }).toEqual({ code: 0, error: [], written: ["my-store"] })
    expect(out.slice(0, 5)).toEqual([
      "Wrote the package larder-my-store into my-store/. Now run",
      "",
      "  cd my-store",
      "  npm install",
      "  npm test",
    ])
    expect(JSON.parse(readFileSync(join(directory, "my-store/package.json"), "utf8")).name).toBe("larder-my-store")
  })

  it("prints what its README shows", async () => {
    const { out } = await run(["my-store"])
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
    expect(readme).toContain(`$ npm create larder-backend my-store\n${out.join("\n")}\n\`\`\`\n`)
  })

  it("names an existing file, and the package manager that runs it", async () => {
    const directory = place()
    const { out } = await run(["@acme/larder-store"], { directory, packageManager: "pnpm" })
    expect(out).toContain("  cd larder-store")
    expect(out).toContain("  pnpm install")
    const named = /src\/[\w-]+\.ts/.exec(out.join())?.[0] ?? ""
    expect(readFileSync(join(directory, "larder-store", named), "utf8")).toContain("class StoreBackend")
  })

  it("names an existing guide", async () => {
    const path = (await run(["my-store"])).out.at(-1)?.replace("https://github.com/larder/larder/blob/main/", "") ?? ""
    expect(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")).toMatch(/^# Writing a backend/)
  })

  it("asks for the name if it is missing and there is a terminal, and for nothing else", async () => {
    const asked = ["Name of the store, such as my-store: "]
    expect(await run([], { answer: " my-store " })).toMatchObject({ code: 0, asked, written: ["my-store"] })
    expect(await run(["my-store"], { answer: "other" })).toMatchObject({ code: 0, asked: [], written: ["my-store"] })
    expect(await run([], { answer: "" })).toMatchObject({ code: 2, asked, written: [] })
  })

  it.each([
    [[], "Pass the name of the store: npm create larder-backend my-store"],
    [[""], "Pass the name of the store: npm create larder-backend my-store"],
    [["My Store"], '"My Store" is not a valid package name: use lowercase letters, digits, '],
    [["my", "store"], "Pass one name; got my store"],
    [["my-store", "--typescript"], "Unknown option '--typescript'"],
    [["--help=yes"], "Option '-h, --help' does not take an argument"],
  ])("returns 2 and writes nothing for the invalid arguments %j", async (words, message) => {
    const { code, out, error, written } = await run(words)
    expect({ code, out, written }).toEqual({ code: 2, out: [], written: [] })
    expect(error).toEqual([expect.stringContaining(`create-larder-backend: ${message}`)])
  })

  it("returns 1 if the folder exists and is not empty", async () => {
    const directory = place()
    await run(["my-store"], { directory })
    writeFileSync(join(directory, "my-store/src/my-store-backend.ts"), "mine")
    const { code, out, error } = await run(["my-store"], { directory })
    const folder = join(directory, "my-store")
    const expected = `create-larder-backend: ${folder} already exists and is not an empty folder`
    expect({ code, out, error }).toEqual({ code: 1, out: [], error: [expected] })
    expect(readFileSync(join(folder, "src/my-store-backend.ts"), "utf8")).toBe("mine")
  })

  it("returns 1 and prints one line if the folder cannot be written", async () => {
    const file = join(place(), "file")
    writeFileSync(file, "")
    const lines: string[] = []
    const terminal = { out: (line: string) => lines.push(line), error: (line: string) => lines.push(line) }
    expect(await main(["my-store"], terminal, file)).toBe(1)
    expect(lines).toEqual([expect.stringMatching(/^create-larder-backend: (?!.*already exists).*\bfile\b.*$/)])
  })

  it("shows its usage and its version", async () => {
    for (const word of ["--help", "-h"]) {
      const { code, out, written } = await run([word])
      expect({ code, written }).toEqual({ code: 0, written: [] })
      expect(out[0]).toBe("Usage: npm create larder-backend <name>")
    }
    for (const word of ["--version", "-v"]) expect(await run([word])).toMatchObject({ code: 0, out: [version] })
  })
})
