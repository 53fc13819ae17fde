export type { AccessOptions } from "./access.js"
export { recordCalls } from "./record-calls.js"
