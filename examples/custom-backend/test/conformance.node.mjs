import { testBackend } from "@larder/conformance/node"
import { RecentBackend } from "../dist/recent-backend.js"

const clock = { now: 0 }
testBackend("recent", {
  create: () => new RecentBackend(10_000, () => clock.now),
  advance: (milliseconds) => {
    clock.now += milliseconds
  },
})
