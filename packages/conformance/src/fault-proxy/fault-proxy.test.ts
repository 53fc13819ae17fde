import { once } from "node:events"
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { FaultProxy, type StoreAddress } from "./fault-proxy.js"

const echo = createServer((socket) => socket.on("error", () => {}).pipe(socket))
let proxy: FaultProxy
let address: StoreAddress

beforeEach(async () => {
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve))
  proxy = new FaultProxy({ host: "127.0.0.1", port: (echo.address() as AddressInfo).port })
  address = await proxy.listen()
})

afterEach(async () => {
  await proxy.close()
  await new Promise((resolve) => echo.close(resolve))
})

/** A connection that notes what it reads, and how it ended. */
class Client {
  readonly socket: Socket
  readonly pieces: Buffer[] = []
  error: NodeJS.ErrnoException | undefined
  readonly closed: Promise<unknown>

  constructor() {
    this.socket = createConnection(address)
    this.closed = new Promise((resolve) => this.socket.once("close", resolve))
    this.socket.on("error", (error) => {
      this.error = error
    })
    this.socket.on("data", (piece) => this.pieces.push(piece))
  }

  get text(): string {
    return Buffer.concat(this.pieces).toString("latin1")
  }

  async reads(length: number): Promise<string> {
    while (this.text.length < length) await once(this.socket, "data")
    return this.text
  }

  async echoes(text: string): Promise<string> {
    const before = this.text.length
    this.socket.write(text)
    return (await this.reads(before + text.length)).slice(before)
  }
}

describe("FaultProxy", () => {
  it("passes bytes both ways, and counts connections", async () => {
    const [one, other] = [new Client(), new Client()]
    expect(await one.echoes("hello")).toBe("hello")
    const large = "0123456789".repeat(100_000)
    expect(await other.echoes(large)).toBe(large)
    expect([proxy.connections, proxy.live]).toEqual([2, 2])
    one.socket.end()
    await one.closed
    await expect.poll(() => proxy.live).toBe(1)
    expect(proxy.connections).toBe(2)
  })

  it("passes on what was written before the end", async () => {
    const client = new Client()
    client.socket.end("the last words")
    await client.closed
    expect(client.text).toBe("the last words")
    await expect.poll(() => proxy.live).toBe(0)
  })

  it("listens on one port, however often it is asked", async () => {
    expect(await proxy.listen()).toEqual(address)
    const other = new FaultProxy(address)
    expect(await Promise.all([other.listen(), other.listen()])).toEqual(Array(2).fill(await other.listen()))
    await other.close()
  })

  it("refuses connections and ends those that are open, until it heals", async () => {
    const open = new Client()
    await open.echoes("a")
    await proxy.inflict({ kind: "refuse" })
    await open.closed
    const refused = new Client()
    await refused.closed
    expect(refused.error?.code).toBe("ECONNREFUSED")
    await expect.poll(() => proxy.live).toBe(0)
    await proxy.heal()
    expect(await new Client().echoes("b")).toBe("b")
  })

  it("keeps silent, on new connections too, and delivers late what it held back", async () => {
    const open = new Client()
    await open.echoes("a")
    await proxy.inflict({ kind: "silence" })
    const fresh = new Client()
    await once(fresh.socket, "connect")
    open.socket.write("late")
    fresh.socket.write("too")
    expect(await Promise.race([once(open.socket, "data"), once(fresh.socket, "data"), passed(30)])).toBe("passed")
    await proxy.heal()
    expect(await open.reads(5)).toBe("alate")
    expect(await fresh.reads(3)).toBe("too")
  })

  it("holds back no more than a network does while it is silent", async () => {
    await proxy.inflict({ kind: "silence" })
    const client = new Client()
    const whole = Buffer.alloc(64 * 1024 * 1024)
    client.socket.write(whole)
    await passed(50)
    expect(client.socket.writableLength).toBeGreaterThan(whole.length / 2)
  })

  it("does not count a client that left while it was silent", async () => {
    const client = new Client()
    await client.echoes("a")
    await proxy.inflict({ kind: "silence" })
    client.socket.write("b")
    client.socket.destroy()
    await expect.poll(() => proxy.live).toBe(0)
  })

  it("resets every connection in the middle of a reply", async () => {
    const client = new Client()
    await client.echoes("a")
    await proxy.inflict({ kind: "reset", afterBytes: 3 })
    client.socket.write("0123456789")
    await client.closed
    expect([client.error?.code, client.text]).toEqual(["ECONNRESET", "a012"])
    const fresh = new Client()
    fresh.socket.write("0123456789")
    await fresh.closed
    expect(fresh.error?.code).toBe("ECONNRESET")
    await expect.poll(() => proxy.live).toBe(0)
  })

  it("resets at once, also a connection that is idle", async () => {
    const idle = new Client()
    await idle.echoes("a")
    await proxy.inflict({ kind: "reset", afterBytes: 0 })
    const client = new Client()
    client.socket.write("0123456789")
    await Promise.all([idle.closed, client.closed])
    expect([idle.error?.code, client.error?.code, client.text]).toEqual(["ECONNRESET", "ECONNRESET", ""])
  })

  it("slows replies down by a latency, and keeps their order", async () => {
    await proxy.inflict({ kind: "slow", latency: 30, jitter: 20 })
    const client = new Client()
    const start = performance.now()
    client.socket.write("a")
    client.socket.write("b")
    expect(await client.reads(2)).toBe("ab")
    expect(performance.now() - start).toBeGreaterThan(29)
  })

  it("lets so many bytes a second through", async () => {
    await proxy.inflict({ kind: "slow", bytesPerSecond: 10_000 })
    const client = new Client()
    const start = performance.now()
    await client.echoes("x".repeat(1000))
    expect(performance.now() - start).toBeGreaterThan(99)
  })

  it("ends a wait when the fault ends", async () => {
    await proxy.inflict({ kind: "slow", latency: 3_600_000 })
    const client = new Client()
    client.socket.write("a")
    await once(client.socket, "connect")
    await proxy.heal()
    expect(await client.reads(1)).toBe("a")
  })

  it("cuts replies into pieces", async () => {
    await proxy.inflict({ kind: "slice", bytes: 2 })
    const client = new Client()
    expect(await client.echoes("0123456789")).toBe("0123456789")
    expect(client.pieces.length).toBeGreaterThan(2)
  })

  it("puts bytes that are no protocol in the place of replies", async () => {
    await proxy.inflict({ kind: "garbage" })
    const client = new Client()
    client.socket.write("hello")
    await once(client.socket, "data")
    expect(client.text).not.toContain("hello")
    expect(client.text.codePointAt(0)).toBe(0xff)
    expect(proxy.garbled).toBe(1)
  })

  it("restarts: what was under way is lost, and the port is the same", async () => {
    const client = new Client()
    await client.echoes("a")
    await proxy.inflict({ kind: "silence" })
    client.socket.write("lost")
    await proxy.restart(10)
    await client.closed
    expect(client.text).toBe("a")
    expect(await new Client().echoes("b")).toBe("b")
  })

  it("ends the client's connection when the store ends its own, or is not there", async () => {
    const nobody = new FaultProxy(await proxy.listen())
    address = await nobody.listen()
    await proxy.close()
    const client = new Client()
    await client.closed
    expect(client.text).toBe("")
    await nobody.close()
  })

  it("closes for good, every connection too", async () => {
    const client = new Client()
    await client.echoes("a")
    await Promise.all([proxy.close(), proxy.close()])
    await client.closed
    await expect.poll(() => proxy.live).toBe(0)
    await expect(proxy.heal()).rejects.toThrow("the proxy is closed")
  })

  it("says what a store's address is", () => {
    expect(() => new FaultProxy({ host: "", port: 1 })).toThrow('got {"host":"","port":1}')
    expect(() => new FaultProxy({ host: "127.0.0.1", port: 0 })).toThrow(TypeError)
    expect(() => new FaultProxy({ host: "127.0.0.1", port: 70_000 })).toThrow(TypeError)
  })
})

function passed(milliseconds: number): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, "passed"))
}
