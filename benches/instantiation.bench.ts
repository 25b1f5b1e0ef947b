import type { BenchmarkDefinition, Derived, Suite } from '../src/bench/suite/definition.js';
import { linearFit } from '../src/stats/regression.js';
import { native } from '../src/native.js';
import { minimal, ofSize } from './guests.js';
import { versions } from './versions.js';
import { settings, workload } from './workload.js';

const component = { source: minimal, isComponent: true };

const sizes = [
  ['1kb', 1],
  ['10kb', 10],
  ['100kb', 100],
] as const;

const sized: readonly BenchmarkDefinition[] = sizes.map(([name, kb]) => ({
  group: 'instantiation/size_scaling',
  function: name,
  description: `Compile and instantiate a component of ${kb} KB on an engine that is there.`,
  side: 'engine',
  settings: settings(),
  setup: (context) => workload({ kind: 'warm_start', isComponent: true, source: ofSize(kb * 1024) }, context),
}));

const scaling: Derived = {
  id: 'instantiation/size_scaling/fit',
  description: 'Time to compile and instantiate by the size of the binary: the slope of a straight line.',
  unit: 'ns/KB',
  inputs: sizes.map(([name]) => `instantiation/size_scaling/${name}`),
  compute: (of) => {
    const times = sizes.map(([name]) => of(`instantiation/size_scaling/${name}`).typicalNs);
    const fit = linearFit(
      sizes.map(([, kb]) => kb),
      times,
    );
    return { value: fit.slope, detail: `R² ${fit.rSquared.toFixed(4)}` };
  },
  reference: 'linear scaling with code size',
};

const suite: Suite = {
  category: 'instantiation',
  isDefault: true,
  versions,
  benchmarks: [
    {
      group: 'instantiation/cold_start',
      function: 'minimal_component',
      description: 'A new engine, compilation and instantiation of the smallest component, no cache.',
      side: 'engine',
      settings: settings(),
      target: { kind: 'below', ns: 10e6, reference: 'cold start < 10 ms' },
      setup: (context) => workload({ kind: 'cold_start', ...component }, context),
    },
    {
      group: 'instantiation/warm_start',
      function: 'minimal_component',
      description: 'Compilation and instantiation of the smallest component on an engine that is there.',
      side: 'engine',
      settings: settings(),
      target: { kind: 'below', ns: 1e6, reference: 'warm start < 1 ms' },
      setup: (context) => workload({ kind: 'warm_start', ...component }, context),
    },
    {
      group: 'instantiation/warm_start',
      function: 'cached_component',
      description: 'The binary of the smallest component, found compiled by its content, and its instantiation.',
      side: 'engine',
      settings: settings(),
      target: { kind: 'below', ns: 100e3, reference: 'cached < 100 µs' },
      setup: (context) =>
        workload({ kind: 'cached_start', isComponent: true, source: native.parseText(minimal) }, context),
    },
    {
      group: 'instantiation/warm_start',
      function: 'prelinked_component',
      description: 'Instantiation alone of the smallest component, compiled and linked beforehand.',
      side: 'engine',
      settings: settings(),
      target: { kind: 'below', ns: 10e3, reference: 'pre-linked instantiation < 10 µs' },
      setup: (context) => workload({ kind: 'instantiate', ...component }, context),
    },
    ...sized,
  ],
  derived: [scaling],
};

export default suite;
