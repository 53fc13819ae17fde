import { connect } from "node:net"

const patience = 1000

/**
 * Sends a text to a loopback port, ends the connection, and returns the response.
 *
 * @param {number} port
 * @param {string} text
 * @returns {Promise<string>} empty when there is no connection; what came so far when nothing more comes for a second
 */
export function exchange(port, text) {
  return new Promise((resolve) => {
    let answer = ""
    const socket = connect(port, "127.0.0.1").end(text)
    socket
      .setEncoding("utf8")
      .setTimeout(patience, () => socket.destroy())
      .on("data", (part) => {
        answer += part
      })
      .on("error", () => {})
      .on("close", () => resolve(answer))
  })
}
