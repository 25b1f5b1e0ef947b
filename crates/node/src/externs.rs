//! Descriptions of imports and exports.

use crate::value::component::camel_case;
use airssys_wasm_engine::{CoreType, ExternDescriptor, ExternType};
use napi_derive::napi;

/// The kind of an import or export, as in WebAssembly's JavaScript API and the component model.
#[napi(string_enum = "lowercase")]
pub enum ExternKind {
    Function,
    Instance,
    Memory,
    Table,
    Global,
    Tag,
    Type,
    Resource,
    Module,
    Component,
}

impl From<&ExternType> for ExternKind {
    fn from(ty: &ExternType) -> Self {
        match ty {
            ExternType::CoreFunction(_) | ExternType::Function(_) => Self::Function,
            ExternType::Instance(_) => Self::Instance,
            ExternType::Memory(_) => Self::Memory,
            ExternType::Table { .. } => Self::Table,
            ExternType::Global { .. } => Self::Global,
            ExternType::Tag => Self::Tag,
            ExternType::Type(_) => Self::Type,
            ExternType::Resource => Self::Resource,
            ExternType::Module => Self::Module,
            ExternType::Component => Self::Component,
        }
    }
}

/// An import or export: its name, its kind and its type.
#[napi(object, object_from_js = false)]
pub struct ExternDescription {
    /// For imports of core modules: the name of the module.
    pub module: Option<String>,
    /// Its name in the binary.
    pub name: String,
    /// Its name in `exports`: camelCase in components, the name in the binary in core modules.
    pub js_name: String,
    #[napi(ts_type = "`${ExternKind}`")]
    pub kind: ExternKind,
    /// The type as text: WIT for components, WAT's notation for core modules.
    #[napi(js_name = "type")]
    pub type_text: String,
    /// For functions: the parameters.
    pub params: Option<Vec<ParameterDescription>>,
    /// For functions: the types of the results.
    pub results: Option<Vec<String>>,
    /// For instances of interfaces: their exports.
    pub exports: Option<Vec<ExternDescription>>,
}

/// A parameter of a function.
#[napi(object, object_from_js = false)]
pub struct ParameterDescription {
    /// Its name; absent in core modules.
    pub name: Option<String>,
    /// Its type as text.
    #[napi(js_name = "type")]
    pub type_text: String,
}

/// Describes imports or exports for JavaScript.
pub fn describe(externs: &[ExternDescriptor]) -> Vec<ExternDescription> {
    externs.iter().map(ExternDescription::from).collect()
}

impl From<&ExternDescriptor> for ExternDescription {
    fn from(descriptor: &ExternDescriptor) -> Self {
        let (params, results) = signature(&descriptor.ty);
        let is_core = matches!(
            descriptor.ty,
            ExternType::CoreFunction(_)
                | ExternType::Memory(_)
                | ExternType::Table { .. }
                | ExternType::Global { .. }
                | ExternType::Tag
        );
        Self {
            module: descriptor.module.clone(),
            name: descriptor.name.clone(),
            js_name: match &descriptor.ty {
                _ if is_core => descriptor.name.clone(),
                ExternType::Instance(_) => descriptor.name.clone(),
                _ => camel_case(&descriptor.name),
            },
            kind: (&descriptor.ty).into(),
            type_text: descriptor.ty.text(),
            params,
            results,
            exports: match &descriptor.ty {
                ExternType::Instance(exports) => Some(describe(exports)),
                _ => None,
            },
        }
    }
}

type Signature = (Option<Vec<ParameterDescription>>, Option<Vec<String>>);

fn signature(ty: &ExternType) -> Signature {
    match ty {
        ExternType::CoreFunction(ty) => {
            let param = |ty: &CoreType| ParameterDescription {
                name: None,
                type_text: ty.to_string(),
            };
            let results = ty.results.iter().map(CoreType::to_string).collect();
            (Some(ty.params.iter().map(param).collect()), Some(results))
        }
        ExternType::Function(ty) => {
            let params = ty.params.iter().map(|(name, ty)| ParameterDescription {
                name: Some(name.to_string()),
                type_text: ty.to_string(),
            });
            let results = ty.result.iter().map(ToString::to_string).collect();
            (Some(params.collect()), Some(results))
        }
        _ => (None, None),
    }
}
