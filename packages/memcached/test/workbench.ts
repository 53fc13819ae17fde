import { randomBytes } from "node:crypto"
import { onTestFinished } from "vitest"
import { MemcachedBackend, type MemcachedBackendOptions } from "../src/index.js"
import { ChaosProxy } from "./chaos-proxy.js"
import { servers } from "./servers.js"

/** Bytes of a text. */
export function bytes(text: string): Uint8Array {
  return Buffer.from(text)
}

/** A key that no other test uses. Entries under it end by themselves, if they have a ttl. */
export function uniqueKey(name = "key"): string {
  return `t${randomBytes(6).toString("hex")}:${name}`
}

/** A backend that is closed when the test is over; on the first server, if the options name none. */
export function openBackend(options: Partial<MemcachedBackendOptions> = {}): MemcachedBackend {
  const backend = new MemcachedBackend({ servers: servers.slice(0, 1), requestTimeout: 5000, ...options })
  onTestFinished(() => backend.close())
  return backend
}

/** A proxy before the first server that is closed when the test is over. */
export async function openProxy(server: string = servers[0] as string): Promise<ChaosProxy> {
  const proxy = await ChaosProxy.before(server)
  onTestFinished(() => proxy.close())
  return proxy
}
