import { execFile } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it, onTestFinished } from "vitest"

const program = fileURLToPath(new URL("../dist/bin.js", import.meta.url))

/** Runs the built command as a package manager does, in a folder of its own, where nobody can be asked. */
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

it("writes into the working directory", async () => {
  expect(await run(["my-store"])).toEqual({
    code: 0,
    stdout: expect.stringContaining("\n  npm install\n"),
    stderr: "",
    written: ["my-store"],
  })
})

it("knows which package manager runs it", async () => {
  const env = { npm_config_user_agent: "pnpm/11.0.0 npm/? node/v24.0.0 linux x64" }
  expect((await run(["my-store"], env)).stdout).toContain("\n  pnpm install\n  pnpm test\n")
})

it("says on stderr what is wrong, and does not ask where there is no terminal", async () => {
  const stderr = "create-larder-backend: What is the name of the store? npm create larder-backend my-store\n"
  expect(await run([])).toEqual({ code: 2, stdout: "", stderr, written: [] })
})
