import { Cache } from "@larder/core"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { MemcachedError } from "../src/index.js"
import { ScriptedServer } from "./scripted-server.js"
import { bytes, openBackend } from "./workbench.js"

/** More failures than open the circuit breaker of a cache. */
const manyCalls = 20

/** A full server with one small value. */
async function openFull(): Promise<string> {
  const server = await ScriptedServer.answering((commands) =>
    commands
      .split("\r\n")
      .flatMap((command) => {
        if (command.startsWith("mg ")) return ["VA 1\r\n7\r\n"]
        if (command.startsWith("ms ")) return ["SERVER_ERROR out of memory storing object\r\n"]
        if (command.startsWith("mn")) return ["MN\r\n"]
        return /^md (?!.* q)/.test(command) ? ["HD\r\n"] : []
      })
      .join(""),
  )
  onTestFinished(() => server.close())
  return server.address
}

describe("a server that rejects writes", () => {
  it("serves reads, with one warning", async () => {
    const emitWarning = vi.spyOn(process, "emitWarning").mockImplementation(() => {})
    onTestFinished(() => emitWarning.mockRestore())
    const cache = new Cache(openBackend({ servers: [await openFull()] }), { operationTimeout: 10 })
    for (let call = 0; call < manyCalls; call++) await cache.set(`key:${call}`, call)
    expect(await cache.get("kept")).toBe(7)
    expect(emitWarning).toHaveBeenCalledTimes(1)
    expect(emitWarning.mock.calls[0]?.[1]).toMatchObject({ code: "LARDER_REFUSAL" })
  })

  it("causes a refusal, as does a value that is too large", async () => {
    const backend = openBackend({ servers: [await openFull()], maxValueBytes: 10 })
    const stored: unknown = await backend.set("key", bytes("value")).catch((error: unknown) => error)
    expect(stored).toMatchObject({ code: "SERVER" })
    expect(backend.isRefusal(stored)).toBe(true)
    const large: unknown = await backend.set("key", bytes("larger than ten")).catch((error: unknown) => error)
    expect(large).toMatchObject({ code: "TOO_LARGE" })
    expect(backend.isRefusal(large)).toBe(true)
  })
})

describe("an unavailable server", () => {
  it.each(["CONNECTION", "LOGIN", "TIMEOUT", "PROTOCOL", "OVERLOADED", "CLOSED"] as const)(
    "has not refused an operation: %s",
    (code) => {
      expect(openBackend().isRefusal(new MemcachedError(code, "a message"))).toBe(false)
    },
  )
})
