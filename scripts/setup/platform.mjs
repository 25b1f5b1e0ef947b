// Name of this platform, as in the names of binaries and packages.

const abi = {
  linux: () => (process.report.getReport().header.glibcVersionRuntime ? 'gnu' : 'musl'),
  win32: () => 'msvc',
};

/** The platform as napi-rs spells it: `linux-x64-gnu`, `darwin-arm64`, `win32-x64-msvc`. */
export function platformName() {
  return [process.platform, process.arch, abi[process.platform]?.()].filter(Boolean).join('-');
}
