import { isLocal } from "../access.js"
import type { NodeRequest } from "../node-message.js"

/**
 * For `authorize` while developing: whether a request comes from this machine, through no proxy, and names this machine as
 * its host. The last keeps out pages of other sites whose name their owner points to this machine (DNS rebinding).
 */
export function isLocalRequest({ headers, socket }: NodeRequest): boolean {
  const host = headers[":authority"] ?? headers.host
  return (
    isLocal({ address: socket?.remoteAddress, has: (name) => headers[name] !== undefined }) &&
    typeof host === "string" &&
    /^(?:(?:[^:@/]+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host)
  )
}
