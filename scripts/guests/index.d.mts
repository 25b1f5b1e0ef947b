// Types of `#guests`.

/**
 * The file URL of a committed fixture.
 *
 * @param path - Below fixtures/, as in fixtures/manifest.json: `'minimal.wat'`, `'guests/c/types.wasm'`.
 */
export declare function fixture(path: string): URL;

/**
 * Builds the JavaScript guest as a component, unless it has been built from the same sources before.
 * The first call installs the compilers (about 500 MB) and takes about a minute, later ones a millisecond: give a test
 * that calls it `t.timeout(600_000)`.
 *
 * @returns the absolute path of the component.
 * @throws an error named `SetupError` if the compilers cannot be installed, for example without a network.
 */
export declare function ensureJavaScriptGuest(): Promise<string>;
