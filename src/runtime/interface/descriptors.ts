/** What does a component or module import and export? */

import type { ItemDescription } from '../../native.js';

/** What an import or export is. */
export type ItemKind =
  | 'function'
  | 'instance'
  | 'memory'
  | 'table'
  | 'global'
  | 'tag'
  | 'type'
  | 'resource'
  | 'module'
  | 'component';

/** A parameter of a function. */
export interface Parameter {
  /** Its name; core modules name none. */
  readonly name?: string;
  /** Its type as text. */
  readonly type: string;
}

/** An import or export. */
export interface Item {
  /** The module that an import of a core module asks for. */
  readonly module?: string;
  /** Its name in the binary. */
  readonly name: string;
  /** What it is. */
  readonly kind: ItemKind;
  /** Its type as text: as in WIT for components, and such as `func(i32) -> (f64)` or `memory 1 2` for core modules. */
  readonly type: string;
  /** For functions: name (in components) and type of each parameter. */
  readonly params?: readonly Parameter[];
  /** For functions: the types of the results. */
  readonly results?: readonly string[];
  /** For instances of interfaces: what they hold. */
  readonly items?: readonly Item[];
}

/** @internal The addon's descriptions as public ones. */
export function items(descriptions: readonly ItemDescription[]): readonly Item[] {
  return descriptions.map(item);
}

function item(description: ItemDescription): Item {
  const { module, name, kind, type, params, results, items: inner } = description;
  return {
    ...(module !== undefined && { module }),
    name,
    kind: kind as ItemKind,
    type,
    ...(params && { params }),
    ...(results && { results }),
    ...(inner && { items: items(inner) }),
  };
}
