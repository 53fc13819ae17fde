import type { HeaderChange } from "../headers/header-effect.js"
import { interceptHead } from "./head-interception.js"
import type { NodeResponse } from "./node-message.js"

/** Applies a header helper's change to the response of a handler that is about to run. */
export function changeHead(response: NodeResponse, { early = [], patch }: HeaderChange): void {
  for (const [name, value] of early) response.setHeader(name, value)
  interceptHead(response, (status, headers) => ({ status, headers: patch(headers, status) }))
}
