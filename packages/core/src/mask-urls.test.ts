import { expect, test } from "vitest"
import { maskUrls } from "./mask-urls.js"

test.each([
  ["connect to redis://ada:secret@db:6379/1 failed", "connect to redis://***@db:6379/1 failed"],
  ["Invalid URL 'rediss://:p@ss/word@db'", "Invalid URL 'rediss://***@db'"],
  ["postgres://a:b@one, mysql://c:d@two", "postgres://***@one, mysql://***@two"],
  ["no 'postgres://host/db?sslpassword=secret&table=t'", "no 'postgres://host/db?sslpassword=***&table=t'"],
  ["connect ECONNREFUSED 127.0.0.1:6379", "connect ECONNREFUSED 127.0.0.1:6379"],
  ["see https://example.com/help", "see https://example.com/help"],
  ["mail to ada@example.com", "mail to ada@example.com"],
])("%j becomes %j", (text, masked) => {
  expect(maskUrls(text)).toBe(masked)
})
