import { testBackend, testCache } from "@larder/conformance/vitest"
import { LocmemBackend, LocmemStore } from "../src/index.js"

for (const isolation of ["copy", "freeze", "reference"] as const) {
  let now = 1_700_000_000_000
  const store = new LocmemStore({ isolation, now: () => now })
  const harness = {
    create: () => new LocmemBackend({ store }),
    advance: (milliseconds: number) => {
      now += milliseconds
    },
  }
  testBackend(`locmem, isolation ${isolation}`, harness)
  testCache(`locmem, isolation ${isolation}`, harness)
}

const store = new LocmemStore()
testBackend("locmem in real time", { create: () => new LocmemBackend({ store }) })
