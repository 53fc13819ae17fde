import { describe, expect, it } from "vitest"
import { preferredLanguage } from "./preferred-language.js"

describe("preferredLanguage", () => {
  it.each([
    ["de", "de"],
    ["DE", "de"],
    ["de-AT, fr;q=0.8", "de"],
    ["fr, de;q=0.9, en;q=0.8", "de"],
    ["de;q=0.3, en;q=0.7", "en"],
    ["en;q=0.5,de;q=0.5", "en"],
    ["de;q=0.5,en;q=0.5", "de"],
    [" de ; q=1.000 ", "de"],
    ["*", "en"],
    ["fr, *;q=0.1", "en"],
    ["en;q=0, *", "de"],
    ["fr", undefined],
    ["", undefined],
    ["den", undefined],
    ["de;q=0", undefined],
    ["*;q=0", undefined],
    ["de;q=2, en;q=0.1", "en"],
    ["de;q=0.1234, en;q=0.1", "en"],
    ["de;level=1", undefined],
    ["de;q=1;q=1", undefined],
    [",;=,*-", undefined],
    ["constructor", undefined],
  ])("finds in %j %s", (acceptLanguage, found) => {
    expect(preferredLanguage(acceptLanguage, ["en", "de"])).toBe(found)
  })
})
