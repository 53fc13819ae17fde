import { expect, it } from "vitest"
import { importClient } from "./open-client.js"

function notFound(name: string): Error {
  const message = `Cannot find package '${name}' imported from /app/index.js`
  return Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" })
}

it("names the client to install", async () => {
  const importing = importClient("mysql2", () => Promise.reject(notFound("mysql2")))
  await expect(importing).rejects.toThrow("needs the package mysql2: npm install mysql2")
})

it("passes the error on if the client is installed and one of its dependencies is not", async () => {
  const cause = notFound("sql-escaper")
  await expect(importClient("mysql2", () => Promise.reject(cause))).rejects.toBe(cause)
})
