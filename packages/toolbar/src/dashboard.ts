export { Dashboard, type DashboardOptions } from "./dashboard/dashboard.js"
export type { CacheStats, DashboardStats } from "./dashboard/stats.js"
export type { StoreReport, StoreView } from "./dashboard/store-reports.js"
export type { Kind, TrafficFigures, TrafficHistory, Trouble } from "./dashboard/traffic.js"
