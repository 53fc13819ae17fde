import { expect, it } from "vitest"
import { urlWithoutPasswords, withoutPasswords } from "./without-passwords.js"

it.each([
  ["redis://ada:secret@host:6379/1", "redis://***@host:6379/1"],
  ["redis://one:s3:cr@t@host, mysql://two:secret@host/db", "redis://***@host, mysql://***@host/db"],
  ["postgres://host/db?sslpassword=secret&table=t", "postgres://host/db?sslpassword=***&table=t"],
  ["redis://host/1?at=me@home", "redis://host/1?at=me@home"],
  ['get of "user:ada@host" failed', 'get of "user:ada@host" failed'],
])("masks user and password in the text %j", (text, masked) => {
  expect(withoutPasswords(text)).toBe(masked)
})

it.each([
  ["redis://ada:secret@host/1", "redis://***@host/1"],
  ["redis:ada:secret@host", "redis:***@host"],
  ["redis://ada:se\ncret@host", "redis://***@host"],
  ["redis://ada:se/cret@host", "redis://***@host"],
  ["nosuch://host?token=secret", "nosuch://host?token=***"],
  ["file:./node_modules/@scope/cache", "file:./node_modules/@scope/cache"],
  ["sqlite:./a@b.db?table=pages", "sqlite:./a@b.db?table=pages"],
])("masks user and password in the URL %j, even if it is malformed", (url, masked) => {
  expect(urlWithoutPasswords(url)).toBe(masked)
})
