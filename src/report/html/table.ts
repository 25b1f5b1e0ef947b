// How is a table written, so that a phone shows it without scrolling and a screen reader still as a table?
import { attributes, type Content, type Markup, markup } from '../markup.js';

export interface Column {
  readonly title: string;
  /** Figures stand at the right. */
  readonly isNumeric?: boolean;
  /** As CSS has it; where one column has a width, all keep to theirs, whatever their cells hold. */
  readonly width?: string;
}

/**
 * A table whose first column heads its rows. On a narrow screen each row becomes a block with the columns' titles beside its
 * cells. Browsers forget what such a table is, so that the roles are written out.
 *
 * @param caption - Read out, not shown.
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
