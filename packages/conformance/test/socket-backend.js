// A backend whose store lives in another process: what the clauses about several processes are tried on. Plain
// JavaScript, for child processes load it as it is.
import { createConnection } from "node:net"
import { createInterface } from "node:readline"

const methods = ["get", "set", "delete", "add", "touch", "incr", "deleteIfEqual", "replaceIfEqual", "clear", "ttl"]

/** Writes what JSON cannot carry, bytes, as an object. */
export function toLine(message) {
  return `${JSON.stringify(message, (_key, value) => (value instanceof Uint8Array || value?.type === "Buffer" ? { bytes: Buffer.from(value.data ?? value).toString("base64") } : value))}\n`
}

/** Reads what `toLine` wrote. */
export function fromLine(line) {
  return JSON.parse(line, (_key, value) =>
    typeof value?.bytes === "string" ? Buffer.from(value.bytes, "base64") : value,
  )
}

/** The error of the store, as an instance of the same class. */
export function errorOf({ name, message }) {
  const kinds = { RangeError, TypeError }
  return new (kinds[name] ?? Error)(message)
}

/** A client of the store at a port, with one of the defects below or none. */
export class SocketBackend {
  name = "socket"
  capabilities = { shared: true, persistent: true, evicts: false, ttlResolution: 1 }
  #socket
  #waiting = new Map()
  #calls = 0

  constructor(port) {
    this.#socket = createConnection({ port, host: "127.0.0.1", noDelay: true })
    const lines = createInterface(this.#socket)
    lines.on("error", () => {})
    lines.on("line", (line) => {
      const { id, value, error } = fromLine(line)
      const { resolve, reject } = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error === undefined) resolve(value)
      else reject(errorOf(error))
    })
    const fail = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the connection ended"))
      this.#waiting.clear()
    }
    this.#socket.on("error", fail)
    this.#socket.on("close", fail)
    for (const method of methods) this[method] = (...parameters) => this.#call(method, parameters)
  }

  #call(method, parameters) {
    this.#calls += 1
    const id = this.#calls
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#socket.write(toLine({ id, method, parameters }))
    })
  }

  async close() {
    this.#socket.end()
  }
}

const pause = (milliseconds = 20) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Each breaks a clause about several processes. The pauses make sure that it fails every time. */
const defects = {
  "incr reads and writes in the client": (backend) => {
    backend.incr = async (key, delta) => {
      const sum = Number(Buffer.from(await backend.get(key)).toString()) + delta
      await pause()
      await backend.set(key, Buffer.from(String(sum)))
      return sum
    }
  },
  "add checks and stores in the client": (backend) => {
    backend.add = async (key, value, ttl) => {
      if ((await backend.get(key)) !== undefined) return false
      // Long enough to overlap with processes that a busy machine starts late.
      await pause(300)
      await backend.set(key, value, ttl)
      return true
    }
  },
  "replaceIfEqual compares and stores in the client": (backend) => {
    backend.replaceIfEqual = async (key, expected, value, ttl) => {
      const held = await backend.get(key)
      if (held === undefined || Buffer.compare(held, expected) !== 0) return false
      await pause()
      await backend.set(key, value, ttl)
      return true
    }
  },
  "deletes an expired entry, although it was replaced": (backend) => {
    const { get } = backend
    backend.get = async (key) => {
      const value = await get(key)
      if (value !== undefined) return value
      await pause()
      await backend.delete(key)
    }
  },
  "writes a long value in two steps": (backend) => {
    const { set } = backend
    backend.set = async (key, value, ttl) => {
      if (value.length < 100) return set(key, value, ttl)
      await set(key, Buffer.concat([value, Buffer.from("?")]), ttl)
      await pause()
      await set(key, value, ttl)
    }
  },
  "does not share what it writes": (backend) => {
    const own = new Map()
    backend.set = async (key, value) => {
      own.set(key, Uint8Array.from(value))
    }
    backend.get = async (key) => own.get(key)
    backend.delete = async (key) => own.delete(key)
  },
  "has its own tokens": (backend) => {
    const own = new Map()
    const { get, set } = backend
    const isToken = (key) => key.includes(":~:")
    backend.get = async (key) => (isToken(key) ? (own.get(key) ?? get(key)) : get(key))
    backend.set = async (key, value, ttl) => {
      if (isToken(key)) own.set(key, Uint8Array.from(value))
      else await set(key, value, ttl)
    }
  },
  "does not take over entries of other processes": (backend) => {
    const own = new Set()
    const { add, replaceIfEqual } = backend
    backend.add = async (key, value) => {
      own.add(key)
      return add(key, value)
    }
    backend.replaceIfEqual = async (key, expected, value, ttl) =>
      own.has(key) && replaceIfEqual(key, expected, value, ttl)
  },
  "keeps its process alive": () => {
    setInterval(() => {}, 1000)
  },
}

/** Opens a handle, as `harness.child` requires. */
export async function create({ port, defect }) {
  const backend = new SocketBackend(port)
  if (defect !== undefined) defects[defect](backend)
  return backend
}
