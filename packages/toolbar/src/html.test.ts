import { expect, test } from "vitest"
import { html, Markup } from "./html.js"

test.each([
  ["</script><script>alert(1)</script>", "&#60;/script&#62;&#60;script&#62;alert(1)&#60;/script&#62;"],
  [`"><img src=x onerror=alert(1)>`, "&#34;&#62;&#60;img src=x onerror=alert(1)&#62;"],
  ["it's & that", "it&#39;s &#38; that"],
  ["tab\tnull\0line\n", "tab\\u{9}null\\u{0}line\\u{a}"],
  ["left\u202eright\u2066\u200b\u2028", "left\\u{202e}right\\u{2066}\\u{200b}\\u{2028}"],
  ["\ud800 and \udc00", "\\u{d800} and \\u{dc00}"],
  ["ö 😀", "&#246; &#128512;"],
])("%j is escaped and visible", (text, escaped) => {
  expect(html`${text}`.text).toBe(escaped)
})

test("it escapes all values in text and attributes, except markup", () => {
  const inner = html`<i>${"<"}</i>`

  expect(html`<a title="${'"'}">${[inner, "&", 1]}${undefined}</a>`.text).toBe(
    '<a title="&#34;"><i>&#60;</i>&#38;1</a>',
  )
  expect(html`${new Markup("<b>")}`.text).toBe("<b>")
})
