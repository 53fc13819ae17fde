export type { MetricsOptions } from "./metrics-options.js"
export { type PrometheusOptions, prometheusMetrics } from "./prometheus-metrics.js"
