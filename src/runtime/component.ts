/** What is a compiled component? */

import type { NativeCompiled } from '../native.js';
import { Compiled } from './compiled.js';
import { component } from './interface/exports.js';

/** A compiled component; {@link Engine.compileComponent} makes it. */
export class Component extends Compiled {
  /** @internal */
  constructor(compiled: NativeCompiled) {
    super(compiled, component);
  }
}
