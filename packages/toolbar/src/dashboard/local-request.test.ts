import { IncomingMessage } from "node:http"
import { Socket } from "node:net"
import { expect, test } from "vitest"
import { isLocalRequest } from "./local-request.js"

function requestFrom(address: string, headers: Readonly<Record<string, string>>): IncomingMessage {
  const socket = new Socket()
  Object.defineProperty(socket, "remoteAddress", { value: address })
  return Object.assign(new IncomingMessage(socket), { headers })
}

test.each(["localhost", "localhost:3000", "news.localhost:3000", "127.0.0.1:80", "127.8.8.8", "[::1]:3000"])(
  "a request to %s from this machine is local",
  (host) => {
    expect(isLocalRequest(requestFrom("127.0.0.1", { host }))).toBe(true)
    expect(isLocalRequest(requestFrom("::1", { host }))).toBe(true)
  },
)

test.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example@localhost", ""])(
  "a request to %j from this machine is not local",
  (host) => {
    expect(isLocalRequest(requestFrom("127.0.0.1", { host }))).toBe(false)
  },
)

test("a request from elsewhere, through a proxy or without a host is not local", () => {
  expect(isLocalRequest(requestFrom("10.0.0.1", { host: "localhost" }))).toBe(false)
  expect(isLocalRequest(requestFrom("127.0.0.1", { host: "localhost", "x-forwarded-for": "10.0.0.1" }))).toBe(false)
  expect(isLocalRequest(requestFrom("127.0.0.1", {}))).toBe(false)
})
