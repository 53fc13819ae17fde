import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { type PrometheusContentType, Registry } from "prom-client"
import { onTestFinished } from "vitest"
import { type PrometheusOptions, prometheusMetrics } from "../src/prometheus.js"
import { Exposition } from "./exposition.js"

export interface Monitored {
  readonly register: Registry<PrometheusContentType>
  readonly stop: () => void
  /** The body of a scrape. */
  readonly text: () => Promise<string>
  readonly scrape: () => Promise<Exposition>
}

/** Sets up metrics in their own registry behind a real server, until the end of the test. */
export async function monitored(options: PrometheusOptions = {}): Promise<Monitored> {
  const register = new Registry<PrometheusContentType>()
  const stop = prometheusMetrics({ ...options, register })
  const server = createServer(async (_, response) => {
    response.setHeader("Content-Type", register.contentType)
    response.end(await register.metrics())
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  onTestFinished(async () => {
    stop()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const text = async (): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`)
    if (!response.ok) throw new Error(`The scrape failed: ${response.status}`)
    return response.text()
  }
  return { register, stop, text, scrape: async () => new Exposition(await text()) }
}
