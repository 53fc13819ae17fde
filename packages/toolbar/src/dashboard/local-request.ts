import { isLocal } from "../access.js"
import type { NodeRequest } from "../node-message.js"

/**
 * Whether a request comes from this machine, not through a proxy, and has a loopback name as its host. For `authorize` in
 * development. The check of the host prevents DNS rebinding, in which another site points its name to this machine.
 */
export function isLocalRequest({ headers, socket }: NodeRequest): boolean {
  const host = headers[":authority"] ?? headers.host
  return (
    isLocal({ address: socket?.remoteAddress, has: (name) => headers[name] !== undefined }) &&
    typeof host === "string" &&
    /^(?:(?:[^:@/]+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host)
  )
}
