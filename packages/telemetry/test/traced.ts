import { type Context, context, type Span, trace } from "@opentelemetry/api"
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks"
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base"
import { onTestFinished } from "vitest"
import { type OpenTelemetrySpansOptions, openTelemetrySpans } from "../src/opentelemetry.js"

export interface Traced {
  readonly stop: () => void
  readonly spans: () => ReadableSpan[]
  /** Runs `work` in a span, like the instrumentation of an HTTP server. Resolves with the id of the span. */
  readonly inRequest: (work: () => Promise<unknown>) => Promise<string>
  /** The names of the spans inside `parent`, as a tree. */
  readonly tree: (parent: string | undefined) => Tree
}

export interface Tree {
  readonly [name: string]: Tree
}

interface TracedOptions extends OpenTelemetrySpansOptions {
  readonly sampler?: Sampler
  readonly processors?: readonly SpanProcessor[]
}

/** Sets up the tracing SDK with a context manager, and spans of caches, until the end of the test. */
export function traced({ sampler, processors = [], ...options }: TracedOptions = {}): Traced {
  const exporter = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({
    sampler: new ParentBasedSampler({ root: sampler ?? new AlwaysOnSampler() }),
    spanProcessors: [...processors, new SimpleSpanProcessor(exporter)],
  })
  const manager = new AsyncLocalStorageContextManager()
  context.setGlobalContextManager(manager.enable())
  // Version 1.10 of the API has it. Node 25.9 and later need it.
  Object.assign(context, { attach: (active: Context) => manager.attach(active) })
  const stop = openTelemetrySpans({ ...options, tracerProvider })
  onTestFinished(() => {
    stop()
    context.disable()
    Reflect.deleteProperty(context, "attach")
  })
  const tracer = tracerProvider.getTracer("application")
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans()
  const tree = (parent: string | undefined): Tree =>
    Object.fromEntries(
      spans()
        .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
        .map((span) => [span.name, tree(span.spanContext().spanId)]),
    )
  return {
    stop,
    spans,
    tree,
    inRequest: (work) =>
      tracer.startActiveSpan("request", async (span: Span) => {
        try {
          await work()
        } finally {
          span.end()
        }
        return span.spanContext().spanId
      }),
  }
}

/** The id of the active span. */
export function activeSpanId(): string | undefined {
  return trace.getActiveSpan()?.spanContext().spanId
}
