export type { KeyvBackendOptions } from "./backend-options.js"
export type { AdapterEntry, KeyvAdapter } from "./keyv-adapter.js"
export { KeyvBackend } from "./keyv-backend.js"
export { KeyvStore } from "./keyv-store.js"
