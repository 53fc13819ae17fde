import { describe, expect, it } from "vitest"
import { loadTls, readTlsRequest } from "./tls-request.js"

const read = (query: string) => readTlsRequest(new URLSearchParams(query))

describe("the TLS parameters of a URL", () => {
  it("are optional, and can disable TLS", () => {
    expect(read("")).toBeUndefined()
    expect(read("sslmode=disable")).toBe(false)
    expect(read("ssl=false")).toBe(false)
  })

  it.each([
    ["ssl=true", { verification: "verify-full" }],
    ["sslmode=require", { verification: "verify-full" }],
    ["sslmode=verify-full", { verification: "verify-full" }],
    ["sslmode=no-verify", { verification: "no-verify" }],
    ["sslrootcert=/ca.pem", { verification: "verify-full", rootCertificate: "/ca.pem" }],
    ["sslmode=verify-ca&sslrootcert=/ca.pem", { verification: "verify-ca", rootCertificate: "/ca.pem" }],
    ["ssl=true&sslcert=/c&sslkey=/k", { verification: "verify-full", certificate: "/c", key: "/k" }],
  ])("are read from %s", (query, request) => {
    expect(read(query)).toEqual(request)
  })

  it.each([
    ["sslmode=prefer", 'sslmode is "prefer", expected one of disable, require, verify-full, verify-ca, no-verify'],
    ["sslmode=", 'sslmode is ""'],
    ["sslmode=toString", 'sslmode is "toString"'],
    ["ssl=1", 'ssl is "1", expected true or false'],
    ["ssl=true&sslmode=require", "both ssl and sslmode"],
    ["ssl=false&sslrootcert=/ca.pem", "it disables TLS but names certificates"],
    ["sslcert=/c", "it needs sslcert and sslkey together"],
    ["ssl=true&sslkey=/k", "it needs sslcert and sslkey together"],
    ["sslmode=verify-ca", "verify-ca needs sslrootcert"],
  ])("are refused in %s", (query, reason) => {
    expect(() => read(query)).toThrow(reason)
  })

  it("are refused if a file cannot be read", async () => {
    const request = { verification: "verify-full", rootCertificate: "/no/such/ca.pem" } as const
    await expect(loadTls(request)).rejects.toThrow("Cannot read the sslrootcert of the database URL: /no/such/ca.pem")
  })
})
