// Benchmarks of the word counter, on a short and a long text.
import { defineSuite, parameterized, sync } from 'airssys-wasm/bench';

import { countWords } from './words.ts';

const SENTENCE = 'The quick brown fox jumps over the lazy dog, and the dog sleeps on. ';

export default defineSuite({
  category: 'words',
  benchmarks: parameterized({ short: 1, long: 100 }, (sentences) => {
    const text = SENTENCE.repeat(sentences);
    return {
      group: 'words/count',
      function: 'sentences',
      throughput: { bytes: text.length },
      setup: () => sync((input: string) => countWords(input), { per: 'batch', setup: () => text }),
    };
  }),
  derived: [
    {
      id: 'words/growth',
      description: 'A hundred sentences relative to one.',
      unit: 'ratio',
      inputs: ['words/count/sentences/short', 'words/count/sentences/long'],
      compute: (of) => of('words/count/sentences/long').typicalNs / of('words/count/sentences/short').typicalNs,
      target: { comparison: '<', value: 200 },
      reference: 'counting is linear in the length of the text',
    },
  ],
});
