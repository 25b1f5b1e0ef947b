//! Imports and exports as JavaScript sees them.

use crate::value::camel_case;
use airssys_wasm_engine::{CoreType, ExternDescriptor, ExternType};
use napi_derive::napi;

/// An import or export: its name, its kind and its type.
#[napi(object, object_from_js = false)]
pub struct ItemDescription {
    /// The module that an import of a core module asks for.
    pub module: Option<String>,
    /// Its name in the binary.
    pub name: String,
    /// What `exports` calls it: camelCase in components, its name in core modules.
    pub js_name: String,
    /// `function`, `instance`, `memory`, `table`, `global`, `tag`, `type`, `resource`, `module` or `component`.
    pub kind: String,
    /// The type as text: WIT for components, WAT's notation for core modules.
    #[napi(js_name = "type")]
    pub type_text: String,
    /// For functions: the parameters.
    pub params: Option<Vec<ParamDescription>>,
    /// For functions: the types of the results.
    pub results: Option<Vec<String>>,
    /// For instances of interfaces: what they hold.
    pub items: Option<Vec<ItemDescription>>,
}

/// A parameter of a function.
#[napi(object, object_from_js = false)]
pub struct ParamDescription {
    /// Its name; core modules name none.
    pub name: Option<String>,
    /// Its type as text.
    #[napi(js_name = "type")]
    pub type_text: String,
}

/// The descriptions of `items`.
pub fn describe(items: &[ExternDescriptor]) -> Vec<ItemDescription> {
    items.iter().map(ItemDescription::from).collect()
}

impl From<&ExternDescriptor> for ItemDescription {
    fn from(item: &ExternDescriptor) -> Self {
        let (params, results) = signature(&item.ty);
        let is_core = matches!(
            item.ty,
            ExternType::CoreFunction(_)
                | ExternType::Memory(_)
                | ExternType::Table { .. }
                | ExternType::Global { .. }
                | ExternType::Tag
        );
        Self {
            module: item.module.clone(),
            name: item.name.clone(),
            js_name: match &item.ty {
                _ if is_core => item.name.clone(),
                ExternType::Instance(_) => item.name.clone(),
                _ => camel_case(&item.name),
            },
            kind: item.ty.kind().to_owned(),
            type_text: item.ty.text(),
            params,
            results,
            items: match &item.ty {
                ExternType::Instance(items) => Some(describe(items)),
                _ => None,
            },
        }
    }
}

type Signature = (Option<Vec<ParamDescription>>, Option<Vec<String>>);

fn signature(ty: &ExternType) -> Signature {
    match ty {
        ExternType::CoreFunction(ty) => {
            let param = |ty: &CoreType| ParamDescription {
                name: None,
                type_text: ty.to_string(),
            };
            let results = ty.results.iter().map(CoreType::to_string).collect();
            (Some(ty.params.iter().map(param).collect()), Some(results))
        }
        ExternType::Function(ty) => {
            let params = ty.params.iter().map(|(name, ty)| ParamDescription {
                name: Some(name.to_string()),
                type_text: ty.to_string(),
            });
            let results = ty.result.iter().map(ToString::to_string).collect();
            (Some(params.collect()), Some(results))
        }
        _ => (None, None),
    }
}
