import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import KeyvRedis from "@keyv/redis"
import { BackendError, Cache } from "@larder/core"
import { describe, expect, it } from "vitest"
import { KeyvBackend } from "../src/index.js"

/** A port that nobody listens at. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe("an adapter whose server is down", () => {
  it("holds nobody up: calls end, and so does closing", async () => {
    const url = `redis://127.0.0.1:${await closedPort()}`
    const cache = new Cache(new KeyvBackend(() => new KeyvRedis(url)), { onError: "throw", operationTimeout: "200ms" })
    await expect(cache.get("key")).rejects.toThrow(BackendError)
    await expect(cache.set("key", 1)).rejects.toThrow(BackendError)
    await cache.close()
  })
})
