// Tests of markup templates.
import test from 'ava';

import { attributes, escaped, markup } from '../../src/report/markup.js';

test('values of a template are escaped, markup is not', (t) => {
  const inner = markup`<b>${'<&>"\''}</b>`;
  t.is(markup`<p>${inner}${' & '}${12n}${0}</p>`.toString(), '<p><b>&lt;&amp;&gt;&quot;&#39;</b> &amp; 120</p>');
});

test('lists are joined, and absent values write nothing', (t) => {
  t.is(markup`<ul>${[markup`<li>`, ['<', [undefined, null, false, '']]]}</ul>`.toString(), '<ul><li>&lt;</ul>');
});

test('attributes are quoted, and omitted if they have no value', (t) => {
  t.is(attributes({ id: 'a"b', width: 3, class: undefined }).toString(), ' id="a&quot;b" width="3"');
});

test('characters that XML forbids become U+FFFD, and others are unchanged', (t) => {
  t.is(escaped('a\u0000b\u001Bc\uD83Ed\uDD80e\uFFFEf\u007Fg'), 'a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\u007Fg');
  t.is(escaped('µ 🦀\t\n漢'), 'µ 🦀\t\n漢');
});
