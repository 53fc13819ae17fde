import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const program = fileURLToPath(new URL("../dist/main.js", import.meta.url))
const usage = "Usage: node dist/main.js [--port 8080] [--origin http://127.0.0.1:8000]\n"

interface Ended {
  readonly code: unknown
  readonly out: string
  readonly error: string
}

function run(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (failure, out, error) => {
      resolve({ code: failure?.code ?? 0, out, error })
    })
  })
}

it.each(["--help", "-h"])("prints its usage with %s", async (option) => {
  expect(await run(option)).toEqual({ code: 0, out: usage, error: "" })
})

it.each([
  [["--port", "http"], '--port is a number from 0 to 65535; got "http"'],
  [["--port", ""], '--port is a number from 0 to 65535; got ""'],
  [["--origin", "https://a"], '--origin is the http:// address of the server to cache; got "https://a"'],
  [["--prot", "1"], "Unknown option '--prot'"],
  [["8080"], "Unexpected argument '8080'"],
])("explains what is wrong with %j, without a stack trace", async (args, explanation) => {
  const { code, out, error } = await run(...args)
  expect([code, out]).toEqual([1, ""])
  expect(error).toContain(explanation)
  expect(error.endsWith(`\n${usage}`)).toBe(true)
  expect(error).not.toContain("    at ")
})
