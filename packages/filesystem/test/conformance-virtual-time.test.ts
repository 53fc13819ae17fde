import { testBackend } from "@larder/conformance/vitest"
import { FilesystemBackend } from "../src/index.js"
import { suiteDirectory } from "./temporary-directory.js"

const directory = suiteDirectory()
let now = Date.now()

testBackend("filesystem, in virtual time", {
  create: () => new FilesystemBackend({ directory, now: () => now }),
  advance: (milliseconds) => {
    now += milliseconds
  },
})
