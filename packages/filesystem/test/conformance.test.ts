import { testBackend } from "@larder/conformance/vitest"
import { FilesystemBackend } from "../src/index.js"
import { suiteDirectory } from "./temporary-directory.js"

const options = { directory: suiteDirectory() }

testBackend("filesystem", {
  create: () => new FilesystemBackend(options),
  child: { module: new URL("conformance-child.mjs", import.meta.url), data: options },
})
