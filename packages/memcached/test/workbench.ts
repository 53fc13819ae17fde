import { randomBytes } from "node:crypto"
import { onTestFinished } from "vitest"
import { MemcachedBackend, type MemcachedBackendOptions } from "../src/index.js"
import { ChaosProxy } from "./chaos-proxy.js"
import { servers } from "./servers.js"

/** Encodes a text. */
export function bytes(text: string): Uint8Array {
  return Buffer.from(text)
}

/** A key that no other test uses. Give its entry a ttl, because nothing deletes it. */
export function uniqueKey(name = "key"): string {
  return `t${randomBytes(6).toString("hex")}:${name}`
}

/** A backend that is closed at the end of the test, by default on the first server. */
export function openBackend(options: Partial<MemcachedBackendOptions> = {}): MemcachedBackend {
  const backend = new MemcachedBackend({ servers: servers.slice(0, 1), requestTimeout: 5000, ...options })
  onTestFinished(() => backend.close())
  return backend
}

/** A proxy in front of the first server that is closed at the end of the test. */
export async function openProxy(server: string = servers[0] as string): Promise<ChaosProxy> {
  const proxy = await ChaosProxy.before(server)
  onTestFinished(() => proxy.close())
  return proxy
}
