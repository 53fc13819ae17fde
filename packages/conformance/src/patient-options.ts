import type { CacheOptions } from "@larder/core"

/** Failures are to be seen, and a store on a busy machine is slow rather than down. */
export const patientOptions: CacheOptions = { onError: "throw", operationTimeout: 15 }
