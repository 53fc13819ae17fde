import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { Reply } from "./connection.js"
import type { OwnedClient } from "./owned-client.js"
import { RenewingConnection } from "./renewing-connection.js"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A client that does as it is told. */
class TestClient implements OwnedClient {
  usable = true
  destroyed = false
  answer: () => Promise<Reply> = async () => "reply"
  readonly connection = {
    isCluster: false,
    send: () => this.answer(),
    masters: async () => [{ send: () => this.answer() }],
    close: async () => {},
  }

  isUsable(): boolean {
    return this.usable
  }

  isDoubtedFor(): boolean {
    return !this.usable
  }

  async destroy(): Promise<void> {
    this.destroyed = true
    this.usable = false
  }

  /** It is of no use from the next call on, which it says. */
  fail(): void {
    this.answer = () => {
      this.usable = false
      return Promise.reject(new Error("socket closed"))
    }
  }
}

function connectionTo(open: () => Promise<OwnedClient>): RenewingConnection {
  return new RenewingConnection("redis://host", false, 5_000, open)
}

describe("RenewingConnection", () => {
  it("opens one client for many first calls", async () => {
    const open = vi.fn(async () => new TestClient())
    const connection = connectionTo(open)
    expect(open).not.toHaveBeenCalled()
    const replies = await Promise.all(Array.from({ length: 50 }, () => connection.send("key", ["GET", "key"])))
    expect(new Set(replies)).toEqual(new Set(["reply"]))
    expect(open).toHaveBeenCalledOnce()
  })

  it("opens another client when a call comes after one that failed, and destroys the old one", async () => {
    const clients = [new TestClient(), new TestClient()]
    const connection = connectionTo(async () => clients.shift() as TestClient)
    const [first] = clients
    await connection.send("key", ["GET", "key"])
    first?.fail()
    await expect(connection.send("key", ["GET", "key"])).rejects.toThrow("socket closed")
    await vi.advanceTimersByTimeAsync(100)
    expect(clients).toHaveLength(1)
    expect(await connection.send("key", ["GET", "key"])).toBe("reply")
    expect(clients).toHaveLength(0)
    expect(first?.destroyed).toBe(true)
  })

  it("opens another client for the first call after the server has hung up between calls", async () => {
    const clients = [new TestClient(), new TestClient()]
    const connection = connectionTo(async () => clients.shift() as TestClient)
    const [first] = clients as [TestClient]
    await connection.send("key", ["GET", "key"])
    await vi.advanceTimersByTimeAsync(100)
    first.usable = false
    expect(await connection.send("key", ["GET", "key"])).toBe("reply")
    expect(first.destroyed).toBe(true)
  })

  it("says why it refuses calls when a connection is lost as soon as it was opened", async () => {
    const clients = [new TestClient(), new TestClient()]
    const connection = connectionTo(async () => clients.shift() as TestClient)
    const [first, second] = clients as [TestClient, TestClient]
    await connection.send("key", ["GET", "key"])
    first.usable = false
    await expect(connection.send("key", ["GET", "key"])).rejects.toThrow("redis://host: The connection was lost")
    await vi.advanceTimersByTimeAsync(100)
    second.fail()
    await expect(connection.send("key", ["GET", "key"])).rejects.toThrow("redis://host: socket closed")
    await expect(connection.send("key", ["GET", "key"])).rejects.toThrow("redis://host: socket closed")
  })

  it("keeps a client that only a call failed on", async () => {
    const client = new TestClient()
    const open = vi.fn(async () => client)
    const connection = connectionTo(open)
    client.answer = () => Promise.reject(new Error("WRONGTYPE"))
    await expect(connection.send("key", ["GET", "key"])).rejects.toThrow("WRONGTYPE")
    client.answer = async () => "reply"
    expect(await connection.send("key", ["GET", "key"])).toBe("reply")
    expect(open).toHaveBeenCalledOnce()
  })

  it("spaces its attempts, answers with the last failure between them and never gives up", async () => {
    const open = vi.fn(() => Promise.reject(new Error("refused")))
    const connection = connectionTo(open)
    for (let call = 0; call < 600; call++) {
      await expect(connection.send("key", ["GET", "key"])).rejects.toThrow("refused")
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(open.mock.calls.length).toBeGreaterThan(25)
    expect(open.mock.calls.length).toBeLessThan(70)
  })

  it("runs nothing when nobody calls", async () => {
    const connection = connectionTo(() => Promise.reject(new Error("refused")))
    await expect(connection.send("key", ["GET", "key"])).rejects.toThrow("refused")
    expect(vi.getTimerCount()).toBe(0)
  })

  it("destroys a client that leaves a call unanswered", async () => {
    const client = new TestClient()
    client.answer = () => new Promise(() => {})
    const connection = connectionTo(async () => client)
    void connection.send("key", ["GET", "key"])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(client.destroyed).toBe(true)
  })

  it("waits for calls under way when it is closed, and refuses later ones", async () => {
    const client = new TestClient()
    client.answer = () => new Promise((resolve) => void setTimeout(resolve, 500, "late"))
    const connection = connectionTo(async () => client)
    const call = connection.send("key", ["GET", "key"])
    await vi.advanceTimersByTimeAsync(0)
    const closed = Promise.all([connection.close(), connection.close()])
    await vi.advanceTimersByTimeAsync(400)
    expect(client.destroyed).toBe(false)
    await vi.advanceTimersByTimeAsync(100)
    expect(await call).toBe("late")
    await closed
    expect(client.destroyed).toBe(true)
    await expect(connectionTo(async () => client).close()).resolves.toBeUndefined()
  })

  it("destroys a client that is opened while it is closed", async () => {
    const client = new TestClient()
    const connection = connectionTo(() => new Promise((resolve) => void setTimeout(resolve, 100, client)))
    const call = connection.send("key", ["GET", "key"])
    const closed = connection.close()
    await vi.advanceTimersByTimeAsync(100)
    await Promise.allSettled([call, closed])
    expect(client.destroyed).toBe(true)
  })
  it("waits no longer than a second for a client that is being opened, and destroys it later", async () => {
    const client = new TestClient()
    const connection = connectionTo(() => new Promise((resolve) => void setTimeout(resolve, 30_000, client)))
    const call = connection.send("key", ["GET", "key"]).catch((error: unknown) => error)
    const closed = vi.fn()
    void connection.close().then(closed)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(closed).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(29_000)
    expect(client.destroyed).toBe(true)
    expect(String(await call)).toContain("The connection is closed")
  })
})
