import type { CacheOptions } from "@larder/core"

/** Failures must be visible, and a store on a busy machine must count as slow rather than down. */
export const patientOptions: CacheOptions = { onError: "throw", operationTimeout: 15 }
