export type { MetricsOptions } from "./metrics-options.js"
export { type OpenTelemetryMetricsOptions, openTelemetryMetrics } from "./opentelemetry-metrics.js"
export { type OpenTelemetrySpansOptions, openTelemetrySpans } from "./opentelemetry-spans.js"
