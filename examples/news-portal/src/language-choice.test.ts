import { describe, expect, it } from "vitest"
import { languageOf } from "./language-choice.js"

describe("languageOf", () => {
  it.each([
    [{}, "en"],
    [{ "accept-language": "de-CH, en;q=0.5" }, "de"],
    [{ "accept-language": "fr" }, "en"],
    [{ "accept-language": "de", cookie: "language=en" }, "en"],
    [{ "accept-language": "en", cookie: "other=1; language=de" }, "de"],
    [{ "accept-language": "de", cookie: "language=fr" }, "de"],
    [{ "accept-language": "de", cookie: "my-language=en" }, "de"],
    [{ cookie: "language=__proto__" }, "en"],
  ])("finds for %j %s", (headers, code) => {
    expect(languageOf(headers).code).toBe(code)
  })
})
