export type { Bus, BusListener, BusMessage, Change } from "./bus.js"
export { MemoryBus } from "./memory-bus.js"
export { TieredBackend } from "./tiered-backend.js"
export type { TieredBackendOptions } from "./tiered-options.js"
