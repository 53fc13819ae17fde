import { testBackend, testCache } from "@larder/conformance/node"
import { MyStoreBackend, type StoredEntry } from "./index.js"

// The backends that the suite creates are handles on one store. It works under random keys and wipes nothing, so a server
// in use will do as well.
const entries = new Map<string, StoredEntry>()
const harness = { create: (): MyStoreBackend => new MyStoreBackend({ entries }) }

testBackend("my-store", harness)
testCache("my-store", harness)
