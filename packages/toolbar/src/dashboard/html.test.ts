import { expect, test } from "vitest"
import { Html, html } from "./html.js"

test("text is escaped, in content and in attributes", () => {
  const text = `"><script>alert('1 & 2')</script>`

  expect(html`<p title="${text}">${text}</p>`.text).toBe(
    '<p title="&#34;&#62;&#60;script&#62;alert(&#39;1 &#38; 2&#39;)&#60;/script&#62;">&#34;&#62;&#60;script&#62;alert(&#39;1 &#38; 2&#39;)&#60;/script&#62;</p>',
  )
})

test("markup inside of markup is not escaped again", () => {
  expect(html`<ul>${["a & b", "c"].map((item) => html`<li>${item}</li>`)}</ul>`.text).toBe(
    "<ul><li>a &#38; b</li><li>c</li></ul>",
  )
})

test("text in a list is escaped, and numbers are shown", () => {
  expect(html`${["<", 1]}${new Html("<br>")}`.text).toBe("&#60;1<br>")
})
