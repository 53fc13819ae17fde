import { connect } from "node:net"

/** A connection that asks for the page again as soon as it has it, `requests` times. */
function connection(port, requests, expected) {
  const head = `GET /page HTTP/1.1\r\nHost: bench.example\r\nUser-Agent: bench\r\nAccept: text/html\r\n\r\n`
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true })
    let left = requests
    let text = ""
    let missing = -1
    socket.on("connect", () => socket.write(head))
    socket.on("error", reject)
    socket.on("close", () => (left > 0 ? reject(new Error("The server closed the connection")) : resolve()))
    socket.on("data", (chunk) => {
      if (missing < 0) {
        text += chunk.latin1Slice()
        const end = text.indexOf("\r\n\r\n")
        if (end < 0) return
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1])
        if (!text.startsWith("HTTP/1.1 200") || length !== expected)
          return socket.destroy(new Error(text.slice(0, end)))
        missing = length - (text.length - end - 4)
      } else {
        missing -= chunk.length
      }
      if (missing > 0) return
      text = ""
      missing = -1
      left -= 1
      if (left === 0) socket.destroy()
      else socket.write(head)
    })
  })
}

/** Sends so many requests over so many connections; a page of another length, or another status, is an error. */
export async function load(port, { requests, connections, bytes }) {
  await Promise.all(Array.from({ length: connections }, () => connection(port, requests / connections, bytes)))
}
