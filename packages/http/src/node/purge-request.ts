import type { PurgeRequest } from "../purge-request.js"
import type { NodeRequest } from "./node-message.js"

/** A request of Node to purge. `parsed` is its body, if a framework has parsed it already. */
export function purgeRequestOf(
  request: NodeRequest,
  authorize: PurgeRequest["authorize"],
  parsed?: unknown,
): PurgeRequest {
  return {
    method: request.method ?? "GET",
    authorize,
    // The request must stay open for the response.
    body: () => (parsed === undefined ? request.iterator({ destroyOnReturn: false }) : { parsed }),
  }
}
