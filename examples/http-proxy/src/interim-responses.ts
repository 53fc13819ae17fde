import type { InformationEvent, ServerResponse } from "node:http"
import { cleanText, forwardedLines, headerLines } from "./raw-headers.js"

/**
 * Passes on a response of the origin that comes before the final one, such as 103 with its early hints. A proxy has to
 * (RFC 9110, 15.2), whatever the status: `writeEarlyHints` of Node sends no 103 without `Link`, and no other one but 102.
 * What clients of HTTP/1.0 do not understand, and what comes while the connection answers an earlier request, is dropped.
 */
export function passInterimResponse(interim: InformationEvent, response: ServerResponse): void {
  const { socket, req, headersSent } = response
  if (socket === null || headersSent || req.httpVersion !== "1.1") return
  const lines = forwardedLines(headerLines(interim.rawHeaders)).map(
    ([name, value]) => `${name}: ${cleanText(value)}\r\n`,
  )
  const status = `${interim.statusCode} ${cleanText(interim.statusMessage)}`
  socket.write(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`, "latin1")
}
