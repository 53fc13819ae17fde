import { testBackend, testCache } from "@larder/conformance/vitest"
import { FilesystemBackend } from "../src/index.js"
import { suiteDirectory } from "./temporary-directory.js"

const options = { directory: suiteDirectory() }

const harness = {
  create: () => new FilesystemBackend(options),
  child: { module: new URL("conformance-child.mjs", import.meta.url), data: options },
}
testBackend("filesystem", harness)
testCache("filesystem", harness)
