// Markup: templates for XML, SVG and HTML that escape every value.

/** Text that is already markup. Only `markup` and `attributes` create it. */
export class Markup {
  readonly #text: string;

  /** @internal */
  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** A value in a template. `false`, `null` and `undefined` write nothing, lists are joined, and all else is escaped. */
export type Content = Markup | string | number | bigint | false | null | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Creates markup from a template and escapes its values, except those that are markup. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + asText(values[i - 1]) + part));
}

/** Writes attributes as ` name="value"` and omits those whose value is `undefined`. */
export function attributes(values: Readonly<Record<string, string | number | undefined>>): Markup {
  const written = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [` ${name}="${escaped(String(value))}"`],
  );
  return new Markup(written.join(''));
}

/** Escapes `text` for elements and quoted attributes. Characters that XML 1.0 forbids, such as NUL, become U+FFFD. */
export function escaped(text: string): string {
  return text.replaceAll(FORBIDDEN, '\uFFFD').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

// Allowed: tab, line feed, carriage return, and all of Unicode except other controls, surrogates, U+FFFE and U+FFFF.
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function asText(content: Content): string {
  if (content === undefined || content === null || content === false) return '';
  if (content instanceof Markup) return content.toString();
  if (typeof content === 'object') return content.map(asText).join('');
  return escaped(String(content));
}
