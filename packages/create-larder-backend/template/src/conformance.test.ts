import { testBackend, testCache } from "@larder/conformance/node"
import { MyStoreBackend, type StoredEntry } from "./index.js"

// All backends of the suite use one store. The suite uses random keys and deletes no others, so the store may be in use.
const entries = new Map<string, StoredEntry>()
const harness = { create: (): MyStoreBackend => new MyStoreBackend({ entries }) }

testBackend("my-store", harness)
testCache("my-store", harness)
