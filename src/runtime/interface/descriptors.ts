// Descriptors: what components and core modules import and export.

import type { ExternDescription } from '../../native.js';

/** Kind of an import or export. */
export type ExternKind =
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
  /** Its name; parameters of core modules have none. */
  readonly name?: string;
  /** Its type as text. */
  readonly type: string;
}

/** Description of an export. */
export interface ExportDescriptor {
  /** Its name in the binary. */
  readonly name: string;
  /** Its kind. */
  readonly kind: ExternKind;
  /**
   * Its type as text: WIT for components, and WAT's notation such as `func(i32) -> (f64)` or `memory 1 2` for core
   * modules.
   */
  readonly type: string;
  /** For functions: the type of each parameter, and in components its name. */
  readonly params?: readonly Parameter[];
  /** For functions: the types of the results. */
  readonly results?: readonly string[];
  /** For instances of interfaces: what they export. */
  readonly exports?: readonly ExportDescriptor[];
}

/** Description of an import. */
export interface ImportDescriptor extends ExportDescriptor {
  /** The module that an import of a core module names. */
  readonly module?: string;
}

/** @internal The addon's descriptions of imports as public ones. */
export function importDescriptors(descriptions: readonly ExternDescription[]): readonly ImportDescriptor[] {
  return descriptions.map((description) => {
    const { module } = description;
    return { ...(module !== undefined && { module }), ...exportDescriptor(description) };
  });
}

/** @internal The addon's descriptions of exports as public ones. */
export function exportDescriptors(descriptions: readonly ExternDescription[]): readonly ExportDescriptor[] {
  return descriptions.map(exportDescriptor);
}

function exportDescriptor(description: ExternDescription): ExportDescriptor {
  const { name, kind, type, params, results, exports } = description;
  return {
    name,
    kind,
    type,
    ...(params && { params }),
    ...(results && { results }),
    ...(exports && { exports: exportDescriptors(exports) }),
  };
}
