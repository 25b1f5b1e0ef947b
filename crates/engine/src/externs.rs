//! Imports and exports of modules and components, described without Wasmtime's types.

use crate::func::CoreFunctionType;
use crate::value::{DescriptionBudget, FunctionType, Type};
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;
use wasmtime::component::types::ComponentItem;
use wasmtime::{HeapType, TableType};

/// A named import or export.
#[derive(Debug, Clone)]
pub struct ExternDescriptor {
    /// The module name of a core module's import; none otherwise.
    pub module: Option<String>,
    /// The name.
    pub name: String,
    /// The type.
    pub ty: ExternType,
}

/// Imports or exports in order, with an index by name.
#[derive(Debug, Clone, Default)]
pub struct Externs {
    list: Vec<ExternDescriptor>,
    by_name: HashMap<Box<str>, usize>,
}

impl Externs {
    /// The import or export of this name.
    pub fn find(&self, name: &str) -> Option<&ExternDescriptor> {
        self.list.get(*self.by_name.get(name)?)
    }
}

impl FromIterator<ExternDescriptor> for Externs {
    fn from_iter<I: IntoIterator<Item = ExternDescriptor>>(items: I) -> Self {
        let list: Vec<ExternDescriptor> = items.into_iter().collect();
        let by_name = list.iter().enumerate();
        Self {
            by_name: by_name
                .map(|(index, item)| (item.name.as_str().into(), index))
                .collect(),
            list,
        }
    }
}

impl Deref for Externs {
    type Target = [ExternDescriptor];

    fn deref(&self) -> &[ExternDescriptor] {
        &self.list
    }
}

/// The type of an import or export.
#[derive(Debug, Clone)]
pub enum ExternType {
    /// A function of a core module.
    CoreFunction(CoreFunctionType),
    /// A function of a component.
    Function(Arc<FunctionType>),
    /// An instance of an interface, with its exports.
    Instance(Externs),
    /// A linear memory.
    Memory(MemoryType),
    /// A table.
    Table {
        /// The type of the elements.
        element: String,
        /// The initial number of elements.
        minimum: u64,
        /// The maximum number of elements, if bounded.
        maximum: Option<u64>,
    },
    /// A global.
    Global {
        /// The type of the value.
        content: String,
        /// Whether it can change.
        is_mutable: bool,
    },
    /// The tag of an exception.
    Tag,
    /// A type of a component.
    Type(Type),
    /// A resource of a component.
    Resource,
    /// A core module inside a component.
    Module,
    /// A component inside a component.
    Component,
}

/// The type of a linear memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryType {
    /// The initial number of pages.
    pub minimum: u64,
    /// The maximum number of pages, if bounded.
    pub maximum: Option<u64>,
    /// The size of a page, in bytes.
    pub page_bytes: u64,
    /// Whether it has 64-bit addresses.
    pub is_64: bool,
    /// Whether threads share it.
    pub is_shared: bool,
}

impl ExternType {
    /// The kind in one word, as in the JavaScript API of WebAssembly.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CoreFunction(_) | Self::Function(_) => "function",
            Self::Instance(_) => "instance",
            Self::Memory(_) => "memory",
            Self::Table { .. } => "table",
            Self::Global { .. } => "global",
            Self::Tag => "tag",
            Self::Type(_) => "type",
            Self::Resource => "resource",
            Self::Module => "module",
            Self::Component => "component",
        }
    }

    /// The type as text: WIT for components, as in WAT for core modules.
    pub fn text(&self) -> String {
        match self {
            Self::CoreFunction(ty) => ty.to_string(),
            Self::Function(ty) => ty.to_string(),
            Self::Type(ty) => ty.to_string(),
            Self::Memory(memory) => memory.text(),
            Self::Table {
                element,
                minimum,
                maximum,
            } => format!("table {minimum}{} {element}", bound(*maximum)),
            Self::Global {
                content,
                is_mutable: true,
            } => format!("global (mut {content})"),
            Self::Global {
                content,
                is_mutable: false,
            } => format!("global {content}"),
            Self::Instance(_) | Self::Tag | Self::Resource | Self::Module | Self::Component => {
                self.kind().to_owned()
            }
        }
    }

    pub(crate) fn core(ty: &wasmtime::ExternType) -> Self {
        match ty {
            wasmtime::ExternType::Func(ty) => Self::CoreFunction(CoreFunctionType::new(ty)),
            wasmtime::ExternType::Memory(ty) => Self::Memory(MemoryType::new(ty)),
            wasmtime::ExternType::Table(ty) => table(ty),
            wasmtime::ExternType::Global(ty) => Self::Global {
                content: ty.content().to_string(),
                is_mutable: ty.mutability().is_var(),
            },
            wasmtime::ExternType::Tag(_) => Self::Tag,
        }
    }

    pub(crate) fn component(
        ty: &ComponentItem,
        engine: &wasmtime::Engine,
        budget: &mut DescriptionBudget,
    ) -> Self {
        match ty {
            ComponentItem::ComponentFunc(ty) => {
                Self::Function(Arc::new(FunctionType::within(ty, budget)))
            }
            ComponentItem::CoreFunc(ty) => Self::CoreFunction(CoreFunctionType::new(ty)),
            ComponentItem::ComponentInstance(ty) => Self::Instance(
                ty.exports(engine)
                    .map(|(name, item)| ExternDescriptor::component(name, &item.ty, engine, budget))
                    .collect(),
            ),
            ComponentItem::Type(ty) => Self::Type(Type::within(ty, budget)),
            ComponentItem::Resource(_) => Self::Resource,
            ComponentItem::Module(_) => Self::Module,
            ComponentItem::Component(_) => Self::Component,
        }
    }
}

impl ExternDescriptor {
    pub(crate) fn core_import(import: &wasmtime::ImportType<'_>) -> Self {
        Self {
            module: Some(import.module().to_owned()),
            name: import.name().to_owned(),
            ty: ExternType::core(&import.ty()),
        }
    }

    pub(crate) fn core_export(export: &wasmtime::ExportType<'_>) -> Self {
        Self {
            module: None,
            name: export.name().to_owned(),
            ty: ExternType::core(&export.ty()),
        }
    }

    /// The quoted name with its type, as messages list imports.
    pub(crate) fn quoted(&self) -> String {
        let (name, ty) = (&self.name, self.ty.text());
        match &self.module {
            Some(module) => format!("'{module}.{name}' ({ty})"),
            None => format!("'{name}' ({ty})"),
        }
    }

    pub(crate) fn component(
        name: &str,
        ty: &ComponentItem,
        engine: &wasmtime::Engine,
        budget: &mut DescriptionBudget,
    ) -> Self {
        Self {
            module: None,
            name: name.to_owned(),
            ty: ExternType::component(ty, engine, budget),
        }
    }
}

fn table(ty: &TableType) -> ExternType {
    let element = ty.element();
    ExternType::Table {
        element: match element.heap_type() {
            HeapType::Func => "funcref".to_owned(),
            HeapType::Extern => "externref".to_owned(),
            _ => element.to_string(),
        },
        minimum: ty.minimum(),
        maximum: ty.maximum(),
    }
}

fn bound(maximum: Option<u64>) -> String {
    maximum.map_or_else(String::new, |maximum| format!(" {maximum}"))
}

impl MemoryType {
    fn new(ty: &wasmtime::MemoryType) -> Self {
        Self {
            minimum: ty.minimum(),
            maximum: ty.maximum(),
            page_bytes: ty.page_size(),
            is_64: ty.is_64(),
            is_shared: ty.is_shared(),
        }
    }

    fn text(&self) -> String {
        let index = if self.is_64 { "i64 " } else { "" };
        let shared = if self.is_shared { " shared" } else { "" };
        let page = match self.page_bytes {
            65_536 => String::new(),
            bytes => format!(" (pagesize {bytes})"),
        };
        let maximum = bound(self.maximum);
        format!("memory {index}{}{maximum}{shared}{page}", self.minimum)
    }
}
