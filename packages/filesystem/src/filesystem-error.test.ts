import { describe, expect, it } from "vitest"
import { explain, FilesystemError, isRefusal } from "./filesystem-error.js"

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: as the system says it, open '/cache/ab'`), { code, path: "/cache/ab" })
}

describe("the explanation of an error", () => {
  it.each([
    ["EACCES", "permission"],
    ["EPERM", "permission"],
    ["EROFS", "read-only"],
    ["ENOSPC", "Free some space"],
    ["EDQUOT", "Free some space"],
    ["ENOTDIR", "A file stands"],
    ["EMFILE", "ulimit"],
    ["ENAMETOOLONG", "shorter path"],
    ["ENOENT", "a symbolic link that leads nowhere"],
  ])("of %s keeps the code, the path and the cause, and says what to do: %j", (code, advice) => {
    const cause = systemError(code)
    const error = explain(cause, "/cache")
    expect(error).toBeInstanceOf(FilesystemError)
    expect(error).toMatchObject({ name: "FilesystemError", code, path: "/cache/ab", cause })
    expect((error as Error).message).toContain("Cannot use the cache directory /cache: ")
    expect((error as Error).message).toContain(cause.message)
    expect((error as Error).message).toContain(advice)
  })

  it("is given once", () => {
    const error = explain(systemError("ENOSPC"), "/cache")
    expect(explain(error, "/cache")).toBe(error)
  })

  it("leaves every other error as it is", () => {
    for (const error of [systemError("EIO"), new TypeError("no"), "no", undefined]) {
      expect(explain(error, "/cache")).toBe(error)
    }
  })
})

describe("a refusal", () => {
  it("is what the user of the cache can put right, and no lock that others hold for too long", () => {
    expect(isRefusal(explain(systemError("ENOSPC"), "/cache"))).toBe(true)
    expect(isRefusal(explain(systemError("EROFS"), "/cache"))).toBe(true)
    expect(isRefusal(new FilesystemError("EBUSY", "/cache/ab.lock", "locked"))).toBe(false)
    expect(isRefusal(systemError("EIO"))).toBe(false)
  })
})
