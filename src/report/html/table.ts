// Table: HTML tables that fit a phone without scrolling and stay tables for screen readers.
import { attributes, type Content, type Markup, markup } from '../markup.js';

export interface Column {
  readonly title: string;
  /** Whether the cells are right-aligned. */
  readonly isNumeric?: boolean;
  /** A CSS width. If any column has one, the table has a fixed layout. */
  readonly width?: string;
}

/**
 * Renders a table whose first column contains the row headers. On a narrow screen each row becomes a block, with the
 * title of the column beside each cell. Browsers drop the table semantics of such blocks, so the roles are explicit.
 *
 * @param caption - The caption for screen readers; it is not shown.
 */
export function tableOf(caption: string, columns: readonly Column[], rows: readonly (readonly Content[])[]): Markup {
  const head = columns.map(
    (column) => markup`<th scope="col" role="columnheader"${classOf(column)}${styleOf(column)}>${column.title}</th>`,
  );
  const layout = attributes({ class: columns.some(({ width }) => width !== undefined) ? 'fixed' : undefined });
  return markup`<table role="table"${layout}>
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${head}</tr></thead>
<tbody role="rowgroup">
${rows.map((cells) => rowOf(cells, columns))}</tbody>
</table>
`;
}

function rowOf([first, ...cells]: readonly Content[], [, ...columns]: readonly Column[]): Markup {
  const rest = columns.map((column, i) => {
    const cell = cells[i];
    const isEmpty = cell === undefined || cell === '' || cell === null || cell === false;
    const labelled = attributes({ 'data-label': column.title, class: isEmpty ? 'empty' : undefined });
    return markup`<td role="cell"${isEmpty ? labelled : markup`${labelled}${classOf(column)}`}>${cell}</td>`;
  });
  return markup`<tr role="row"><th scope="row" role="rowheader">${first}</th>${rest}</tr>\n`;
}

function classOf({ isNumeric }: Column): Markup {
  return attributes({ class: isNumeric ? 'number' : undefined });
}

function styleOf({ width }: Column): Markup {
  return attributes({ style: width === undefined ? undefined : `width: ${width}` });
}
