/** What is a compiled component, and how does it become an instance? */

import { createError } from '../errors.js';
import type { ItemDescription, NativeComponent } from '../native.js';
import { type Exports, type SyncInstance, componentInstance } from './instance.js';
import { type InstantiateOptions, Instantiator } from './instantiation.js';
import { type Item, items } from './item.js';

/** A compiled component: linked once, instantiated any number of times. */
export class Component {
  #native: NativeComponent | undefined;
  readonly #exports: readonly ItemDescription[];
  readonly #instantiator: Instantiator;

  /** @internal */
  constructor(compiled: NativeComponent) {
    this.#native = compiled;
    this.#exports = compiled.exports;
    this.#instantiator = new Instantiator(compiled);
  }

  /** What an instance needs, in order. */
  get imports(): readonly Item[] {
    return items(this.#compiled().imports);
  }

  /** What an instance gives, in order. */
  get exports(): readonly Item[] {
    return items(this.#exports);
  }

  /** Size of the machine code, in bytes. */
  get codeBytes(): number {
    return this.#compiled().codeBytes;
  }

  /**
   * Makes an instance whose calls run at once, on the calling thread.
   *
   * @param options - Its limits; `limits.memoryBytes` is mandatory.
   * @returns The instance.
   * @throws TypeError or RangeError (`BAD_OPTION`); {@link WasmError} `LINK` where imports are missing,
   *   `INSTANCE_LIMIT`, `MEMORY_LIMIT`, and all that may end a call, since start functions run under the limits too.
   */
  instantiateSync<E = Exports>(options: InstantiateOptions): SyncInstance<E> {
    this.#compiled();
    return componentInstance<E>(this.#instantiator.instantiate(options), this.#exports);
  }

  /**
   * The compiled code, for {@link Engine.unsafeDeserializeComponent} on an engine of the same options and version.
   *
   * @throws {@link WasmError} `DISPOSED`.
   */
  serialize(): Uint8Array {
    return this.#compiled().serialize();
  }

  /** Lets go of the compiled code. Live instances go on. Doing it twice is allowed. */
  dispose(): void {
    this.#native = undefined;
  }

  /** The same as {@link Component.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #compiled(): NativeComponent {
    if (this.#native) return this.#native;
    throw createError({ code: 'DISPOSED', message: 'the component has been disposed of' });
  }
}
