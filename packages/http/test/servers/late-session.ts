import type { RequestHandler } from "express"

/** Sets a cookie when the head is sent, as express-session and cookie-session do by `on-headers`. */
export const lateSession: RequestHandler = (_request, response, next) => {
  const writeHead = response.writeHead.bind(response)
  Object.assign(response, {
    writeHead(...given: Parameters<typeof response.writeHead>) {
      response.appendHeader("Set-Cookie", "session=1")
      return writeHead(...given)
    },
  })
  next()
}
