import type { PageResponse } from "../page-exchange.js"
import type { NodeResponse } from "./node-message.js"

/** Sends a whole answer: one head, one end. Headers that are set already are sent along, unless the answer has them. */
export function sendPage(response: NodeResponse, { status, headers, body }: PageResponse): void {
  const flat: string[] = []
  for (const [name, value] of headers) flat.push(name, value)
  response.writeHead(status, flat)
  if (body === null) response.end()
  else response.end(body)
}
