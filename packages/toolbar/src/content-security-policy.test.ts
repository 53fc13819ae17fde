import { expect, test } from "vitest"
import { permitStyle } from "./content-security-policy.js"

const hash = "sha256-abc="

test.each([
  ["style-src 'self'", "style-src 'self' 'sha256-abc='"],
  ["style-src 'none'", "style-src 'sha256-abc='"],
  ["default-src 'none'", "default-src 'none'; style-src 'sha256-abc='"],
  [
    "default-src 'self' https://cdn.example; script-src 'self'",
    "default-src 'self' https://cdn.example; script-src 'self'; style-src 'self' https://cdn.example 'sha256-abc='",
  ],
  ["style-src 'self'; style-src-elem 'none'", "style-src 'self'; style-src-elem 'sha256-abc='"],
  ["Style-Src 'unsafe-inline' 'sha256-other='", "Style-Src 'unsafe-inline' 'sha256-other=' 'sha256-abc='"],
  ["style-src", "style-src 'sha256-abc='"],
  [
    "style-src 'self', default-src 'none'",
    "style-src 'self' 'sha256-abc=', default-src 'none'; style-src 'sha256-abc='",
  ],
])("a policy that forbids the style sheet gets its hash: %s", (policy, changed) => {
  expect(permitStyle([policy], hash)).toEqual({ nonce: undefined, policies: [changed] })
})

test.each(["", "script-src 'self'", "style-src 'unsafe-inline'", "default-src * 'unsafe-inline'; script-src 'self'"])(
  "a policy that permits the style sheet is unchanged: %s",
  (policy) => {
    expect(permitStyle([policy], hash)).toEqual({ nonce: undefined, policies: [policy] })
  },
)

test.each([
  "style-src 'nonce-aB3+/_-='",
  "default-src 'nonce-aB3+/_-='",
  "style-src 'nonce-aB3+/_-=', script-src 'self'",
])("it uses the nonce of a policy: %s", (policy) => {
  expect(permitStyle([policy], hash)).toEqual({ nonce: "aB3+/_-=", policies: [policy] })
})

test("it ignores a nonce that is not in all policies, or only applies to scripts", () => {
  expect(permitStyle(["style-src 'nonce-one'", "style-src 'nonce-two'"], hash)).toEqual({
    nonce: undefined,
    policies: ["style-src 'nonce-one' 'sha256-abc='", "style-src 'nonce-two' 'sha256-abc='"],
  })
  expect(permitStyle(["script-src 'nonce-one'; style-src 'self'"], hash).nonce).toBeUndefined()
})

test("without policies, it changes nothing", () => {
  expect(permitStyle([], hash)).toEqual({ nonce: undefined, policies: [] })
})
