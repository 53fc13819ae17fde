import { cacheHelper } from "@larder/fragments/ejs"
import { addCacheTag as addEtaTag } from "@larder/fragments/eta"
import { addCacheHelper } from "@larder/fragments/handlebars"
import { createCache } from "@larder/fragments/hono"
import { addCacheTag as addLiquidTag } from "@larder/fragments/liquid"
import { addCacheTag as addNunjucksTag } from "@larder/fragments/nunjucks"
import ejs from "ejs"
import { Eta } from "eta"
import handlebars from "handlebars"
import { jsx } from "hono/jsx"
import { Liquid } from "liquidjs"
import nunjucks from "nunjucks"

/** Which part of a list is a fragment: none, the whole list, or each of its items. */
export const cachedBlocks = { none: "none", whole: "whole", each: "each" }

/** @param {number} count */
export function items(count) {
  return Array.from({ length: count }, (_, id) => ({ id, title: `Number ${id} <of ${count}>` }))
}

/** Adds an engine's cache tags around the list, or around each item. */
function placed(block, { loop, item, end }, { whole, each, close }) {
  const inner = block === "each" ? each + item + close : item
  const list = loop + inner + end
  return block === "whole" ? whole + list + close : list
}

/** By engine, a function that returns one which renders a list, with the fragments that `block` selects. */
export const engines = {
  Handlebars(block, cache) {
    const engine = handlebars.create()
    const render = addCacheHelper(engine, { cache })
    const template = engine.compile(
      placed(
        block,
        { loop: "{{#each items}}", item: "<li>{{id}}: {{title}}</li>", end: "{{/each}}" },
        { whole: '{{#cache 600 "list"}}', each: '{{#cache 600 "item" id}}', close: "{{/cache}}" },
      ),
    )
    return (data) => render(template, data)
  },
  LiquidJS(block, cache) {
    const engine = new Liquid({ outputEscape: "escape" })
    addLiquidTag(engine, { cache })
    const template = engine.parse(
      placed(
        block,
        { loop: "{% for item in items %}", item: "<li>{{ item.id }}: {{ item.title }}</li>", end: "{% endfor %}" },
        { whole: '{% cache 600 "list" %}', each: '{% cache 600 "item" item.id %}', close: "{% endcache %}" },
      ),
    )
    return (data) => engine.render(template, data)
  },
  Nunjucks(block, cache) {
    const environment = new nunjucks.Environment(null, { autoescape: true })
    addNunjucksTag(environment, { cache })
    const template = new nunjucks.Template(
      placed(
        block,
        { loop: "{% for item in items %}", item: "<li>{{ item.id }}: {{ item.title }}</li>", end: "{% endfor %}" },
        { whole: '{% cache 600, "list" %}', each: '{% cache 600, "item", item.id %}', close: "{% endcache %}" },
      ),
      environment,
    )
    return (data) =>
      new Promise((resolve, reject) => {
        template.render(data, (error, html) => (error ? reject(error) : resolve(html)))
      })
  },
  Eta(block, cache) {
    const engine = new Eta()
    addEtaTag(engine, { cache, timeout: 600 })
    const text = placed(
      block,
      {
        loop: "<% for (const item of it.items) { %>",
        item: "<li><%= item.id %>: <%= item.title %></li>",
        end: "<% } %>",
      },
      { whole: '<% cache("list") %>', each: '<% cache("item", { vary: [item.id] }) %>', close: "<% endcache %>" },
    )
    const template = engine.compile(text, { async: true })
    return (data) => engine.renderAsync(template, data)
  },
  EJS(block, cache) {
    const helper = cacheHelper({ cache, timeout: 600 })
    const list = "<% for (const item of items) { %><%- ITEM %><% } %>"
    const oneItem = ejs.compile("<li><%= item.id %>: <%= item.title %></li>", { async: true })
    const item =
      block === "each" ? 'await cache("item", { vary: [item.id] }, () => oneItem({ item }))' : "await oneItem({ item })"
    const whole = ejs.compile(list.replace("ITEM", item), { async: true })
    const page = ejs.compile('<%- await cache("list", {}, () => whole({ items, oneItem })) %>', { async: true })
    return block === "whole"
      ? (data) => page({ ...data, cache: helper, whole, oneItem })
      : (data) => whole({ ...data, cache: helper, oneItem })
  },
  "Hono JSX"(block, cache) {
    const Cached = createCache({ cache, timeout: 600 })
    const List = ({ items: given }) =>
      given.map((item) => {
        const line = jsx(Item, { item })
        return block === "each" ? jsx(Cached, { name: "item", vary: [item.id] }, line) : line
      })
    const Item = ({ item }) => jsx("li", {}, `${item.id}: ${item.title}`)
    return async (data) => {
      const list = jsx(List, data)
      return String(await (block === "whole" ? jsx(Cached, { name: "list" }, list) : list).toString())
    }
  },
}
