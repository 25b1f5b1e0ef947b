//! Links the addon as Node expects it on each platform.

fn main() {
    napi_build::setup();
}
