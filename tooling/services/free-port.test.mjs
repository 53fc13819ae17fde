import { once } from "node:events"
import { createServer } from "node:net"
import { expect, it } from "vitest"
import { freePort } from "./free-port.mjs"

it("returns different free ports", async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort))
  expect(new Set(ports).size).toBe(50)
  const servers = ports.map((port) => createServer().listen(port, "127.0.0.1"))
  await Promise.all(servers.map((server) => once(server, "listening")))
  for (const server of servers) server.close()
})
