import { once } from "node:events"
import { type AddressInfo, createConnection, createServer } from "node:net"
import { expect, it, onTestFinished } from "vitest"
import { FaultNetwork } from "./fault-network.js"
import type { StoreAddress } from "./fault-proxy.js"

/** A server that answers its name to whatever it is sent. */
async function startServer(name: string): Promise<StoreAddress> {
  const server = createServer((socket) => socket.on("error", () => {}).on("data", () => socket.write(name)))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => void server.close())
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port }
}

/** What a server answers on a connection of its own. Rejects when it does not. */
async function nameAt(address: StoreAddress): Promise<string> {
  const socket = createConnection(address)
  try {
    await once(socket, "connect")
    socket.write("?")
    const [name] = await once(socket, "data")
    return String(name)
  } finally {
    socket.destroy()
  }
}

it("stands before every server, and does the same to all of them", async () => {
  const network = new FaultNetwork([await startServer("one"), await startServer("two")])
  onTestFinished(() => network.close())
  const addresses = await network.listen()
  expect(await Promise.all(addresses.map(nameAt))).toEqual(["one", "two"])
  expect(network.connections).toBe(2)
  await expect.poll(() => network.live).toBe(0)

  await network.inflict({ kind: "refuse" })
  for (const address of addresses) await expect(nameAt(address)).rejects.toMatchObject({ code: "ECONNREFUSED" })
  await network.heal()
  expect(await Promise.all(addresses.map(nameAt))).toEqual(["one", "two"])

  await network.inflict({ kind: "garbage" })
  for (const address of addresses) expect(await nameAt(address)).not.toMatch(/one|two/)
  expect(network.garbled).toBe(2)

  await network.restart()
  expect(await Promise.all(addresses.map(nameAt))).toEqual(["one", "two"])
  await network.close()
  for (const address of addresses) await expect(nameAt(address)).rejects.toMatchObject({ code: "ECONNREFUSED" })
})
