import type { FastifyPluginCallback, FastifyRequest } from "fastify"
import { enter } from "./node-toolbar.js"
import { Toolbar, type ToolbarOptions } from "./toolbar.js"

export type { ToolbarOptions } from "./toolbar.js"

/**
 * Adds the toolbar to the pages of an instance and its children: `app.register(toolbar())`, before the page cache.
 *
 * Throws a `ConfigurationError` for invalid options, such as `enabled` in production without `authorize`.
 */
export function toolbar(options: ToolbarOptions<FastifyRequest> = {}): FastifyPluginCallback {
  const shown = Toolbar.for(options)
  const plugin: FastifyPluginCallback = (instance, _options, registered) => {
    if (shown !== undefined) {
      // Calls made inside `done` are logged. The promise of an async hook would settle before the handler runs.
      instance.addHook("onRequest", (request, reply, done) => {
        void enter(shown, { request, incoming: request.raw, response: reply.raw }, () => done())
      })
    }
    registered()
  }
  // Fastify then applies the plugin to the instance that registers it, as with fastify-plugin.
  return Object.assign(plugin, {
    [Symbol.for("skip-override")]: true,
    [Symbol.for("fastify.display-name")]: "@larder/toolbar",
    [Symbol.for("plugin-meta")]: { name: "@larder/toolbar", fastify: "5.x" },
  })
}
