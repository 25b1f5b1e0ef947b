/** What is a compiled core module? */

import type { NativeCompiled } from '../native.js';
import { Compiled } from './compiled.js';
import { core } from './interface/exports.js';

/** A compiled core module; {@link Engine.compileModule} makes it. */
export class Module extends Compiled {
  /** @internal */
  constructor(compiled: NativeCompiled) {
    super(compiled, core);
  }
}
