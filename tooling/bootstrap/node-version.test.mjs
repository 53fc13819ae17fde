import { describe, expect, it } from "vitest"
import { nodeComplaint } from "./node-version.mjs"

describe("nodeComplaint", () => {
  it.each(["20.19.0", "20.20.2", "21.0.0", "24.1.0"])("accepts Node %s", (version) => {
    expect(nodeComplaint(version, ">=20.19")).toBeUndefined()
  })

  it.each(["18.20.8", "20.18.3", "20.9.0"])("reports the required and the current version on Node %s", (version) => {
    expect(nodeComplaint(version, ">=20.19")).toBe(`Larder needs Node 20.19 or newer, and this is Node ${version}.`)
  })

  it("rejects a range that it cannot read", () => {
    expect(() => nodeComplaint("20.19.0", "^20")).toThrow('engines.node must look like ">=20.19", not "^20"')
  })
})
