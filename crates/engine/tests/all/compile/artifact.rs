//! Artifacts: the tag of a key, and the hash that reveals damage.

use crate::fixture::{COMPONENT, ENDINGS, code, component, engine, limits, module, refused, run};
use airssys_wasm_engine::{ArtifactKey, Component, Engine, MIN_KEY_BYTES, Module, Result};

fn key(byte: u8) -> ArtifactKey {
    ArtifactKey::new(&[byte; 32]).unwrap()
}

/// These tests read either Wasmtime's bytes or bytes that are refused for their header, hash or tag.
fn read(engine: &Engine, bytes: &[u8], key: Option<&ArtifactKey>) -> Result<Module> {
    // SAFETY: see above.
    unsafe { Module::deserialize_unchecked(engine, bytes, key) }
}

fn message<T>(result: Result<T>) -> String {
    let error = refused(result);
    assert_eq!(error.code(), "DESERIALIZE");
    error.to_string()
}

#[test]
fn tagged_code_is_read_back_with_its_key() {
    let engine = engine(|_| ());
    let bytes = module(&engine, ENDINGS).serialize(Some(&key(1))).unwrap();
    let back = Module::deserialize(&engine, &bytes, &key(1)).unwrap();
    let mut instance = back.instantiate(&limits(|_| ())).unwrap();
    assert_eq!(run(&mut instance, "ok", &[]).unwrap(), 42);
    assert_eq!(code(read(&engine, &bytes, Some(&key(1)))), "OK");
    let bytes = component(&engine, COMPONENT)
        .serialize(Some(&key(1)))
        .unwrap();
    assert_eq!(code(Component::deserialize(&engine, &bytes, &key(1))), "OK");
    assert!(
        message(Module::deserialize(&engine, &bytes, &key(1))).contains("got a compiled component")
    );
}

#[test]
fn a_missing_key_another_key_and_a_missing_tag_are_distinguished() {
    let engine = engine(|_| ());
    let module = module(&engine, ENDINGS);
    let plain = module.serialize(None).unwrap();
    let keyed = module.serialize(Some(&key(1))).unwrap();
    assert!(message(read(&engine, &keyed, None)).contains("are tagged with a key"));
    assert!(message(Module::deserialize(&engine, &keyed, &key(2))).contains("the key is another"));
    assert!(message(Module::deserialize(&engine, &plain, &key(1))).contains("have no tag"));
    assert!(message(Module::deserialize(&engine, b"garbage", &key(1))).contains("something else"));
    assert_eq!(code(read(&engine, &plain, None)), "OK");
}

/// Includes the other kind of header, with a hash that anyone can compute.
#[test]
fn no_byte_can_be_changed_without_the_key() {
    let engine = engine(|_| ());
    let plain = module(&engine, "(module)").serialize(None).unwrap();
    let keyed = module(&engine, "(module)")
        .serialize(Some(&key(1)))
        .unwrap();
    let forged = [&keyed[..16], &plain[16..]].concat();
    assert!(
        message(Module::deserialize(&engine, &forged, &key(1))).contains("the bytes were changed")
    );
    for at in (0..keyed.len()).step_by(keyed.len() / 500 + 1) {
        let mut changed = keyed.clone();
        changed[at] ^= 1;
        message(Module::deserialize(&engine, &changed, &key(1)));
    }
    for length in (0..keyed.len()).step_by(keyed.len() / 100 + 1) {
        message(Module::deserialize(&engine, &keyed[..length], &key(1)));
    }
    message(Module::deserialize(
        &engine,
        &[keyed.as_slice(), &[0]].concat(),
        &key(1),
    ));
}

#[test]
fn a_key_has_at_least_sixteen_bytes_all_of_which_count() {
    assert_eq!(code(ArtifactKey::new(&[0; MIN_KEY_BYTES - 1])), "BAD_VALUE");
    assert_eq!(code(ArtifactKey::new(&[])), "BAD_VALUE");
    let engine = engine(|_| ());
    let secret = vec![7; 1_000];
    let bytes = module(&engine, "(module)")
        .serialize(Some(&ArtifactKey::new(&secret).unwrap()))
        .unwrap();
    assert_eq!(
        code(Module::deserialize(
            &engine,
            &bytes,
            &ArtifactKey::new(&secret).unwrap()
        )),
        "OK"
    );
    for other in [&secret[..999], &secret[..32], &secret[..MIN_KEY_BYTES]] {
        message(Module::deserialize(
            &engine,
            &bytes,
            &ArtifactKey::new(other).unwrap(),
        ));
    }
}
