import { testBackend, testCache } from "@larder/conformance/vitest"
import { FilesystemBackend } from "../src/index.js"
import { suiteDirectory } from "./temporary-directory.js"

const directory = suiteDirectory()
let now = Date.now()

const harness = {
  create: () => new FilesystemBackend({ directory, now: () => now }),
  advance: (milliseconds: number) => {
    now += milliseconds
  },
}
testBackend("filesystem, in virtual time", harness)
testCache("filesystem, in virtual time", harness)
