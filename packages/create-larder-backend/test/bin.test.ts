import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it, onTestFinished } from "vitest"

const program = fileURLToPath(new URL("../dist/bin.js", import.meta.url))

/** Runs the built command like a package manager, in a new folder and without a terminal. */
function run(words: readonly string[], env: Record<string, string> = {}) {
  const cwd = mkdtempSync(join(tmpdir(), "larder bin-"))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  return new Promise<Record<string, unknown>>((resolve) => {
    const child = execFile(
      process.execPath,
      [program, ...words],
      { cwd, env: { ...process.env, npm_config_user_agent: "", ...env } },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr, written: readdirSync(cwd) }),
    )
    child.stdin?.end("my-store\n")
  })
}

it.each([
  ["my-store", 0, ["my-store"]],
  ["My Store", 2, []],
])("ends quietly for the name %s if nobody reads its output", async (name, code, written) => {
  const cwd = mkdtempSync(join(tmpdir(), "larder bin-"))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  const child = spawn(process.execPath, [program, name], { cwd })
  child.stdout.destroy()
  child.stderr.destroy()
  expect(await once(child, "close")).toEqual([code, null])
  expect(readdirSync(cwd)).toEqual(written)
})

it("writes into the working directory", async () => {
  expect(await run(["my-store"])).toEqual({
    code: 0,
    stdout: expect.stringContaining("\n  npm install\n"),
    stderr: "",
    written: ["my-store"],
  })
})

it("detects the package manager that runs it", async () => {
  const env = { npm_config_user_agent: "pnpm/11.0.0 npm/? node/v24.0.0 linux x64" }
  expect((await run(["my-store"], env)).stdout).toContain("\n  pnpm install\n  pnpm test\n")
})

it("reports a missing name on stderr, and does not ask without a terminal", async () => {
  const stderr = "create-larder-backend: Pass the name of the store: npm create larder-backend my-store\n"
  expect(await run([])).toEqual({ code: 2, stdout: "", stderr, written: [] })
})
