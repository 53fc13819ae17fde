import { testBackend, testCache } from "@larder/conformance/vitest"
import { RecentBackend } from "../src/recent-backend.js"

testBackend("recent", { create: () => new RecentBackend(10_000) })
testCache("recent", { create: () => new RecentBackend(10_000) })
