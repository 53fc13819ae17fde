import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { setTimeout as wait } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { type Fault, FaultProxy } from "@larder/conformance"
import { createClient } from "@redis/client"
import { describe, expect, it, onTestFinished } from "vitest"
import type { BusMessage } from "../src/index.js"
import { RedisBus, type RedisBusOptions } from "../src/redis.js"
import { eventually } from "./eventually.js"
import { server, url } from "./test-server.js"

/** What a listener heard: messages, and `true` or `false` for a connection made or lost. */
type Heard = (BusMessage | boolean)[]

/** A bus with a listener, patient where no fault is to be noticed. Both end with the test. */
function listen(options: Partial<RedisBusOptions>): { readonly bus: RedisBus; readonly heard: Heard } {
  const bus = new RedisBus({ client: createClient({ url }), connectTimeout: 10, replyTimeout: 10, ...options })
  const heard: Heard = []
  const unsubscribe = bus.subscribe({
    onMessage: (message) => void heard.push(message),
    onConnected: () => void heard.push(true),
    onDisconnected: () => void heard.push(false),
  })
  onTestFinished(unsubscribe)
  return { bus, heard }
}

/** For a bus that is to notice a fault. */
const impatient = { connectTimeout: 2, replyTimeout: 0.25 }

/** The same behind a proxy. */
async function listenThroughProxy(options: Partial<RedisBusOptions>, fault?: Fault) {
  const proxy = new FaultProxy(server)
  onTestFinished(() => proxy.close())
  const { host, port } = await proxy.listen()
  if (fault !== undefined) await proxy.inflict(fault)
  return { proxy, ...listen({ client: createClient({ url: `redis://${host}:${port}` }), ...options }) }
}

function message(key: string): BusMessage {
  return { origin: "handle", change: { keys: [key] } }
}

/** Computes something for so many milliseconds. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

function newChannel(): string {
  return `test:${randomUUID()}`
}

describe("messages", () => {
  it("reach every other bus of the channel, and nobody else", async () => {
    const channel = newChannel()
    const [one, other, stranger] = [listen({ channel }), listen({ channel }), listen({ channel: newChannel() })]
    await eventually(() => one.bus.isConnected && other.bus.isConnected && stranger.bus.isConnected)
    const clear: BusMessage = { origin: "handle", change: { prefix: "app:" } }
    await one.bus.publish(message("a"))
    await one.bus.publish(clear)
    await eventually(() => other.heard.length === 3)
    expect(other.heard).toEqual([true, message("a"), clear])
    expect(one.heard).toEqual([true, message("a"), clear])
    expect(stranger.heard).toEqual([true])
  })

  it("that cannot be understood say that anything may have changed", async () => {
    const channel = newChannel()
    const { bus, heard } = listen({ channel })
    await eventually(() => bus.isConnected)
    const client = await createClient({ url }).connect()
    onTestFinished(() => client.destroy())
    await client.publish(channel, "hello")
    await eventually(() => heard.length === 2)
    expect(heard).toEqual([true, { origin: "", change: { prefix: "" } }])
  })

  it("wait for a connection, and then reach the others", async () => {
    const channel = newChannel()
    const other = listen({ channel })
    await eventually(() => other.bus.isConnected)
    const { bus, proxy } = await listenThroughProxy({ channel }, { kind: "refuse" })
    await bus.publish(message("a"))
    await bus.publish(message("b"))
    await bus.publish(message("a"))
    await proxy.heal()
    await eventually(() => other.heard.length === 3)
    expect(other.heard).toMatchObject([true, message("a"), message("b")])
  })

  it("reach the others also when nobody listens any more, as when a process writes and ends at once", async () => {
    const channel = newChannel()
    const other = listen({ channel })
    await eventually(() => other.bus.isConnected)
    const bus = new RedisBus({ client: createClient({ url }), channel, connectTimeout: 10, replyTimeout: 10 })
    const listener = { onMessage: () => {}, onConnected: () => {}, onDisconnected: () => {} }
    const leave = bus.subscribe(listener)
    await bus.publish(message("before there was a connection"))
    await leave()
    expect(bus.isConnected).toBe(false)
    await eventually(() => other.heard.length === 2)
    const leaveAgain = bus.subscribe(listener)
    await eventually(() => bus.isConnected)
    const publishing = bus.publish(message("not yet taken"))
    await leaveAgain()
    await publishing
    await eventually(() => other.heard.length === 3)
    expect(other.heard).toMatchObject([true, message("before there was a connection"), message("not yet taken")])
  })

  it("reach the others also when whoever wrote them leaves between two attempts to connect", async () => {
    const channel = newChannel()
    const other = listen({ channel })
    await eventually(() => other.bus.isConnected)
    const proxy = new FaultProxy(server)
    onTestFinished(() => proxy.close())
    const { host, port } = await proxy.listen()
    await proxy.inflict({ kind: "reset", afterBytes: 0 })
    const client = createClient({ url: `redis://${host}:${port}` })
    const bus = new RedisBus({ client, channel, connectTimeout: 10, replyTimeout: 10 })
    const leave = bus.subscribe({ onMessage: () => {}, onConnected: () => {}, onDisconnected: () => {} })
    // The next attempt is then far off.
    await eventually(() => proxy.connections >= 10)
    await bus.publish(message("a"))
    await proxy.heal()
    await leave()
    await eventually(() => other.heard.length === 2)
    expect(other.heard).toMatchObject([true, message("a")])
  })

  it("hold up whoever leaves last no longer than the server has to answer", async () => {
    const proxy = new FaultProxy(server)
    onTestFinished(() => proxy.close())
    const { host, port } = await proxy.listen()
    await proxy.inflict({ kind: "silence" })
    const client = createClient({ url: `redis://${host}:${port}` })
    const bus = new RedisBus({ client, connectTimeout: 3_600, replyTimeout: 0.25 })
    const leave = bus.subscribe({ onMessage: () => {}, onConnected: () => {}, onDisconnected: () => {} })
    await bus.publish(message("a"))
    await leave()
    await proxy.heal()
    await eventually(() => proxy.live === 0)
    expect(bus.isConnected).toBe(false)
  })

  it("that are too many to wait become one for all", async () => {
    const channel = newChannel()
    const other = listen({ channel })
    await eventually(() => other.bus.isConnected)
    const { bus, proxy } = await listenThroughProxy({ channel }, { kind: "refuse" })
    for (let index = 0; index < 20_000; index += 1) await bus.publish(message(`a key of some length ${index}`))
    await proxy.heal()
    await eventually(() => other.heard.length === 2)
    expect(other.heard).toMatchObject([true, { origin: "", change: { prefix: "" } }])
  })
})

describe("a connection that is lost", () => {
  const faults: readonly Fault[] = [
    { kind: "refuse" },
    { kind: "silence" },
    { kind: "reset", afterBytes: 0 },
    { kind: "garbage" },
    { kind: "slow", latency: 3_600_000 },
  ]
  for (const fault of faults) {
    it(`is noticed without a message, and made again: ${fault.kind}`, async () => {
      const channel = newChannel()
      const other = listen({ channel })
      const { bus, heard, proxy } = await listenThroughProxy({ channel, ...impatient })
      await eventually(() => bus.isConnected && other.bus.isConnected)
      await proxy.inflict(fault)
      await eventually(() => heard.includes(false))
      // Nobody who changes something waits for it any more.
      await bus.publish(message("while it was lost"))
      await proxy.heal()
      await eventually(() => heard.at(-1) === true || heard.length > 4)
      await eventually(() => bus.isConnected && other.heard.length >= 2)
      expect(other.heard.at(-1)).toMatchObject(message("while it was lost"))
      await other.bus.publish(message("afterwards"))
      await eventually(() => heard.some((one) => JSON.stringify(one).includes("afterwards")))
    })
  }

  it("is not lost to computations that block this process for longer than the server has to answer", async () => {
    const { bus, heard } = listen({ replyTimeout: 0.25, connectTimeout: 10 })
    await eventually(() => bus.isConnected)
    for (let round = 0; round < 6; round += 1) {
      const publishing = bus.publish(message(`key ${round}`))
      block(400)
      await publishing
      // Not always in the same phase of the event loop, and of the checks.
      await wait(37 * round)
      block(400)
      await wait(20)
    }
    expect(heard).not.toContain(false)
  })

  it("holds up a publisher once, for the time it has to answer", async () => {
    const { bus, proxy } = await listenThroughProxy({ channel: newChannel(), ...impatient })
    await eventually(() => bus.isConnected)
    await proxy.inflict({ kind: "silence" })
    await bus.publish(message("a"))
    expect(bus.isConnected).toBe(false)
  })

  it("leaves no connection behind, and none when nobody listens any more", async () => {
    const { bus, proxy } = await listenThroughProxy({ channel: newChannel(), ...impatient })
    const unsubscribe = bus.subscribe({ onMessage: () => {}, onConnected: () => {}, onDisconnected: () => {} })
    for (const kind of ["silence", "garbage", "refuse", "silence"] as const) {
      await eventually(() => bus.isConnected)
      await proxy.inflict({ kind })
      await eventually(() => !bus.isConnected)
      await proxy.heal()
    }
    await eventually(() => bus.isConnected)
    await eventually(() => proxy.live === 2)
    await unsubscribe()
    expect(bus.isConnected).toBe(true)
  })
})

describe("a bus that nobody listens to", () => {
  it("has no connection, and one that was being made ends", async () => {
    const proxy = new FaultProxy(server)
    onTestFinished(() => proxy.close())
    const { host, port } = await proxy.listen()
    const bus = new RedisBus({ client: createClient({ url: `redis://${host}:${port}` }) })
    await bus.publish(message("a"))
    expect(proxy.connections).toBe(0)
    const listener = { onMessage: () => {}, onConnected: () => {}, onDisconnected: () => {} }
    await bus.subscribe(listener)()
    await eventually(() => proxy.connections === 2)
    await eventually(() => proxy.live === 0)
    const unsubscribe = bus.subscribe(listener)
    await eventually(() => bus.isConnected)
    await unsubscribe()
    await eventually(() => proxy.live === 0)
    expect(bus.isConnected).toBe(false)
  })

  it("never keeps a process, not even one that forgets to close it", async () => {
    const script = fileURLToPath(new URL("forgetful-child.mjs", import.meta.url))
    for (const address of [url, "redis://127.0.0.1:1"]) {
      const child = spawn(process.execPath, [script, address], { stdio: ["ignore", "pipe", "inherit"] })
      onTestFinished(() => void child.kill("SIGKILL"))
      const [code] = await once(child, "exit")
      expect(code, address).toBe(0)
    }
  })
})

describe("options that make no sense", () => {
  it("are refused", () => {
    const client = createClient({ url })
    const refusals: readonly (readonly [unknown, string])[] = [
      [undefined, "got undefined"],
      [{ client: {} }, "client must be what createClient of node-redis 5 returns; got {}"],
      [{ client: "redis://ada:secret@host" }, "got a string"],
      [{ client, channel: "" }, "channel must be a non-empty string; got ''"],
      [{ client, connectTimeout: 0 }, "connectTimeout must be a number of seconds above 0 and up to 3600; got 0"],
      [{ client, replyTimeout: Number.NaN }, "got NaN"],
      [{ client, url }, "Unknown option url"],
    ]
    for (const [options, complaint] of refusals) {
      expect(() => new RedisBus(options as RedisBusOptions)).toThrow(TypeError)
      expect(() => new RedisBus(options as RedisBusOptions)).toThrow(complaint)
    }
  })
})
