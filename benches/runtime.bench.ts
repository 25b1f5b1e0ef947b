import type { Suite } from '../src/bench/suite/definition.js';
import { minimal } from './guests.js';
import { versions } from './versions.js';
import { settings, workload } from './workload.js';

const component = { source: minimal, isComponent: true };

const suite: Suite = {
  category: 'runtime',
  isDefault: true,
  versions,
  benchmarks: [
    {
      group: 'runtime',
      function: 'engine_creation',
      description: 'A new engine.',
      side: 'engine',
      settings: settings(),
      setup: (context) => workload({ kind: 'create_engine' }, context),
    },
    {
      group: 'runtime',
      function: 'load_component',
      description: 'Compilation of the smallest component, without instantiation.',
      side: 'engine',
      settings: settings(),
      setup: (context) => workload({ kind: 'compile', ...component }, context),
    },
    {
      group: 'runtime',
      function: 'execute_function',
      description: 'A new store and instance, one call of its function by name, and its disposal.',
      side: 'engine',
      settings: settings(),
      setup: (context) => workload({ kind: 'execute', function: 'add', args: [42, 42], ...component }, context),
    },
  ],
};

export default suite;
