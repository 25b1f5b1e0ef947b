// What do all pages have in common?
import { type Content, Markup, markup } from '../markup.js';
import { STYLE } from './style.js';

/** No scripts, and nothing from anywhere else, whatever the page may hold. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A whole page. @param title - Of the window; the body has its own heading. */
export function htmlDocument(title: string, body: Content): string {
  const page = markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<link rel="icon" href="data:,">
<title>${title}</title>
${STYLE}
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
  return `<!doctype html>\n${page.toString()}`;
}

/** A part of a page under its own heading, which links can name. */
export function section(id: string, title: string, body: Content): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
}

/** Names and what they are, side by side. */
export function definitions(rows: readonly (readonly [name: string, text: Content])[]): Markup {
  return markup`<dl>${rows.map(([name, text]) => markup`<div><dt>${name}</dt><dd>${text}</dd></div>\n`)}</dl>\n`;
}
