import type { Suite } from "./score.js"

export const allSuites: readonly Suite[]
export const surrogateSuite: Suite
