import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { freePort } from "./redis-process.js"
import { url } from "./test-servers.js"

/** Runs a script in another process, and returns its output when the process exits without being killed. */
async function outputOf(program: string): Promise<string> {
  const options = { cwd: import.meta.dirname, timeout: 60_000 }
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], options)
  return stdout.trim()
}

describe("a process", () => {
  it("exits after it has closed the backend", async () => {
    const program = `
      import { RedisBackend } from "@larder/redis"
      const backend = new RedisBackend({ url: "${url}" })
      await backend.ping()
      await backend.close()
      console.log("closed")
    `
    expect(await outputOf(program)).toBe("closed")
  })

  it("exits without close while its server is down", async () => {
    const program = `
      import { RedisBackend } from "@larder/redis"
      const backend = new RedisBackend({ url: "redis://127.0.0.1:${await freePort()}" })
      await backend.get("key").catch((error) => console.log(error.code))
    `
    expect(await outputOf(program)).toBe("ECONNREFUSED")
  })
})
