import { isLocal } from "../access.js"
import { type NodeRequest, requestHeadOf } from "../node-message.js"

/**
 * Whether a request comes from this machine, not through a proxy, and has a name of this machine as its host, which prevents
 * DNS rebinding. For `authorize` in development; it is the default of the toolbar.
 */
export function isLocalRequest(request: NodeRequest): boolean {
  return isLocal(requestHeadOf(request))
}
