// Document: the parts that all HTML pages share.
import { type Content, Markup, markup } from '../markup.js';
import { STYLE } from './style.js';

/** Forbids scripts and external resources, whatever the page contains. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Renders a whole page. @param title - The title of the window; the body has its own heading. */
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

/** Renders a section with a heading. @param id - The anchor of the section. */
export function section(id: string, title: string, body: Content): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
}

/** Renders names and their values side by side. */
export function definitions(rows: readonly (readonly [name: string, text: Content])[]): Markup {
  return markup`<dl>${rows.map(([name, text]) => markup`<div><dt>${name}</dt><dd>${text}</dd></div>\n`)}</dl>\n`;
}
