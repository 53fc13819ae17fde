import type { Backend } from "@larder/core"
import type { StoreAddress } from "../../src/fault-proxy/fault-proxy.js"
import { type Link, type Pending, RemoteBackend } from "../remote-backend.js"

/** A client with one defect that only network faults reveal. */
export interface FaultMutant {
  readonly defect: string
  /** The clauses of the family that must fail, in the order of the contract. */
  readonly breaks: readonly string[]
  /** Clauses that may fail, depending on how the system reports a fault. No others may. */
  readonly mayBreak?: readonly string[]
  /** For a mutant that hangs: the milliseconds for a clause. */
  readonly deadline?: number
  /** Whether its clauses run one after another, because concurrent ones would fail, too. */
  readonly alone?: boolean
  readonly Broken: new (address: StoreAddress) => Backend
}

// Several times the timeout of a call, because some clauses wait for several calls in sequence.
const deadline = 12_000

/** Defects in handling network faults. */
export const faultMutants: readonly FaultMutant[] = [
  {
    defect: "treats a refused connection as a miss",
    breaks: ["faults.1"],
    Broken: class extends RemoteBackend {
      override async get(key: string) {
        return super.get(key).catch((error: NodeJS.ErrnoException) => {
          if (error.code === "ECONNREFUSED") return undefined
          throw error
        })
      }
    },
  },
  {
    defect: "treats a silent store as a miss",
    breaks: ["faults.2", "faults.7"],
    Broken: class extends RemoteBackend {
      override async get(key: string) {
        return super.get(key).catch((error: Error) => {
          if (error.message === "no reply in time") return undefined
          throw error
        })
      }
    },
  },
  {
    defect: "waits for a silent store forever",
    breaks: ["faults.2", "faults.7", "faults.13", "faults.17", "faults.18"],
    deadline,
    Broken: class extends RemoteBackend {
      override giveUp() {}
    },
  },
  {
    defect: "forgets pending calls when its connection is reset",
    breaks: ["faults.3", "faults.10", "faults.13", "faults.17", "faults.18"],
    // Closing a connection with unread bytes resets it.
    mayBreak: ["faults.8", "faults.9", "faults.16"],
    deadline,
    Broken: class extends RemoteBackend {
      override rejectAll(link: Link, error: NodeJS.ErrnoException) {
        if (error.code !== "ECONNRESET") super.rejectAll(link, error)
        else for (const id of [...link.pending.keys()]) this.take(link, id)
      }
    },
  },
  {
    defect: "returns the part of a reply that arrived before its connection was lost",
    breaks: ["faults.3"],
    Broken: class extends RemoteBackend {
      override rejectAll(link: Link, error: Error) {
        const [, id, value] = /^\{"id":(\d+),"value":\{"bytes":"([^"]*)/.exec(link.unread) ?? []
        if (value !== undefined) this.take(link, Number(id))?.resolve(Buffer.from(value, "base64"))
        super.rejectAll(link, error)
      }
    },
  },
  {
    defect: "treats an unreadable reply as a miss",
    breaks: ["faults.4", "faults.15"],
    Broken: class extends RemoteBackend {
      override unreadable(link: Link) {
        const [first] = link.pending.keys()
        if (first !== undefined) this.take(link, first)?.resolve(undefined)
      }
    },
  },
  {
    defect: "treats every chunk as complete lines",
    breaks: ["faults.5", "faults.6"],
    Broken: class extends RemoteBackend {
      override read(link: Link, text: string) {
        for (const line of text.trimEnd().split("\n")) this.readLine(link, line)
      }
    },
  },
  {
    defect: "numbers its calls up to 64, even if those are pending",
    breaks: ["faults.6"],
    deadline,
    Broken: class extends RemoteBackend {
      override nextId() {
        return super.nextId() % 64
      }
    },
  },
  {
    defect: "reuses the number of a call that has timed out",
    breaks: ["faults.7"],
    Broken: class extends RemoteBackend {
      readonly #free: number[] = []
      override nextId() {
        return this.#free.shift() ?? super.nextId()
      }
      override giveUp(link: Link, id: number) {
        this.#free.push(id)
        this.take(link, id)?.reject(new Error("no reply in time"))
      }
    },
  },
  {
    defect: "resends calls without a reply after its connection was lost",
    breaks: ["faults.8", "faults.9", "faults.16"],
    Broken: class extends RemoteBackend {
      override rejectAll(link: Link, error: Error) {
        const lost: Pending[] = []
        for (const id of [...link.pending.keys()]) {
          const call = this.take(link, id)
          if (call !== undefined) lost.push(call)
        }
        if (error.message !== "the connection ended") for (const { reject } of lost) reject(error)
        else
          for (const { method, parameters, resolve, reject } of lost)
            this.call(method, parameters).then(resolve, reject)
      }
    },
  },
  {
    defect: "never reconnects",
    breaks: ["faults.7", "faults.10", "faults.11", "faults.13"],
    deadline,
    Broken: class extends RemoteBackend {
      override drop(link: Link, error: Error) {
        super.drop(link, error)
        this.link = link
      }
      override send(link: Link, call: Omit<Pending, "stopWaiting" | "waitOn">) {
        if (link.socket.destroyed) call.reject(new Error("not connected"))
        else super.send(link, call)
      }
    },
  },
  {
    defect: "throws an uncaught error after a reset without pending calls",
    breaks: ["faults.11"],
    alone: true,
    Broken: class extends RemoteBackend {
      override drop(link: Link, error: NodeJS.ErrnoException) {
        const wasIdle = this.link === link && link.pending.size === 0
        super.drop(link, error)
        if (wasIdle && error.code === "ECONNRESET") void Promise.reject(error)
      }
    },
  },
  {
    defect: "waits in close for pending calls that never end",
    breaks: ["faults.12"],
    deadline,
    Broken: class extends RemoteBackend {
      override async close() {
        if ((this.link?.pending.size ?? 0) > 0) await new Promise(() => {})
        await super.close()
      }
    },
  },
  {
    defect: "leaves a connection open on which it could not read a reply",
    breaks: ["faults.13"],
    Broken: class extends RemoteBackend {
      override unreadable(link: Link, error: Error) {
        this.link = undefined
        this.rejectAll(link, error)
      }
    },
  },
  {
    defect: "leaves its connection open after close",
    breaks: ["faults.13"],
    Broken: class extends RemoteBackend {
      override async close() {
        this.closed = true
        if (this.link !== undefined) this.rejectAll(this.link, new Error("closed"))
      }
    },
  },
  {
    defect: "does not declare that it is remote",
    breaks: ["faults.14"],
    Broken: class extends RemoteBackend {
      override readonly capabilities = { shared: true, persistent: true, evicts: false, ttlResolution: 1 }
    },
  },
  {
    defect: "delete returns false when the store cannot be reached",
    breaks: ["faults.1", "faults.2", "faults.4", "faults.14"],
    Broken: class extends RemoteBackend {
      override delete(key: string) {
        return super.delete(key).catch(() => false)
      }
    },
  },
  {
    defect: "matches the next reply to a call whose reply it could not read",
    breaks: ["faults.15"],
    Broken: class extends RemoteBackend {
      #skipped = false
      override unreadable() {
        this.#skipped = true
      }
      override take(link: Link, id: number) {
        const [first = id] = link.pending.keys()
        return super.take(link, this.#skipped ? first : id)
      }
    },
  },
  {
    defect: "treats every error as a reply of the store",
    breaks: ["faults.17"],
    Broken: class extends RemoteBackend {
      override isRefusal() {
        return true
      }
    },
  },
  {
    defect: "rejects with a code if it cannot reach the store",
    breaks: ["faults.18"],
    Broken: class extends RemoteBackend {
      override call(method: string, parameters: readonly unknown[]) {
        return super.call(method, parameters).catch((error: NodeJS.ErrnoException) => {
          throw this.isRefusal(error) ? error : (error.code ?? "ERROR")
        })
      }
    },
  },
  {
    defect: "rejects with a plain object when a reply does not come in time",
    breaks: ["faults.18"],
    Broken: class extends RemoteBackend {
      override giveUp(link: Link, id: number) {
        this.take(link, id)?.reject({ message: "no reply in time" } as Error)
        super.giveUp(link, id)
      }
    },
  },
]
