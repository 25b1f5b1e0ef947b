// The types of `#guests`.

/**
 * The file URL of a committed fixture.
 *
 * @param path - Below fixtures/, as in fixtures/manifest.json: `'minimal.wat'`, `'guests/c/types.wasm'`.
 */
export declare function fixture(path: string): URL;

/**
 * The absolute path of the JavaScript guest as a component, made if these sources have not been made before.
 * The first call installs the compilers (some 500 MB) and takes about a minute, later ones a millisecond: give a test
 * that calls it `t.timeout(600_000)`.
 *
 * @throws SetupError (named so) where the compilers cannot be installed, such as without a network.
 */
export declare function ensureJavaScriptGuest(): Promise<string>;
