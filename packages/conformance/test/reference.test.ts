import { afterAll } from "vitest"
import { testBackend, testCache } from "../src/vitest.js"
import { MapBackend, MapStore, mapCapabilities } from "./map-backend.js"
import { MinimalBackend, ValueBackend } from "./minimal-backends.js"
import { RemoteBackend } from "./remote-backend.js"
import { SocketStore } from "./socket-store.js"

function virtual(store: MapStore): (milliseconds: number) => void {
  return (milliseconds) => {
    store.now += milliseconds
  }
}

function real(): MapStore {
  return Object.defineProperty(new MapStore(), "now", { get: Date.now })
}

class SecondsBackend extends MapBackend {
  override readonly capabilities = { ...mapCapabilities, ttlResolution: 1000 }
  override end(ttl?: number) {
    return Math.ceil(super.end(ttl) / 1000) * 1000
  }
}

const full = new MapStore()
const complete = { create: () => new MapBackend(full), advance: virtual(full) }
testBackend("a Map with every method", complete)
testCache("a Map with every method", complete)

const ticking = real()
testBackend("a Map under the real clock", { create: () => new MapBackend(ticking) })

const seconds = real()
testCache("a Map that rounds to seconds and says so", { create: () => new SecondsBackend(seconds) })
testBackend("a Map that rounds to seconds and says so", { create: () => new SecondsBackend(seconds) })

const small = new MapStore()
const least = { create: () => new MinimalBackend(small), advance: virtual(small) }
testCache("a Map with get, set and delete alone", least)
testBackend("a Map with get, set and delete alone", {
  create: () => new MinimalBackend(small),
  advance: virtual(small),
})

const comparing = new MapStore()
testCache("a Map that deletes by comparison, but does not replace", {
  create: () => Object.assign(new MapBackend(comparing), { replaceIfEqual: undefined }),
  advance: virtual(comparing),
})

const values = new MapStore()
testBackend("a Map of values", { create: () => new ValueBackend(values), advance: virtual(values) })

const apart = {
  create: () => {
    const own = new MapBackend(real())
    return Object.assign(own, { capabilities: { ...own.capabilities, shared: false } })
  },
}
testBackend("Maps that share nothing", apart)
testCache("Maps that share nothing", apart)

const socket = await SocketStore.open()
/** Killing and starting processes takes long on a busy machine. */
const inAnotherProcess = { ...socket.harness(), deadline: 60_000 }
testBackend("a store in another process", inAnotherProcess)
testCache("a store in another process", inAnotherProcess)
const address = { host: "127.0.0.1", port: socket.port }
testBackend("a store behind a network", {
  create: () => new RemoteBackend(address),
  remote: { ...address, create: (proxied) => new RemoteBackend(proxied) },
})
afterAll(() => socket.close())
