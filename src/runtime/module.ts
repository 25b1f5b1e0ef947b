/** What is a compiled core module? */

import type { NativeModule } from '../native.js';
import { Compiled } from './compiled.js';
import { core } from './instance.js';

/** A compiled core module; {@link Engine.compileModule} makes it. */
export class Module extends Compiled {
  /** @internal */
  constructor(compiled: NativeModule) {
    super(compiled, core);
  }
}
