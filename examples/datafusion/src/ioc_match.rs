//! A set of indicators as a function: `ioc_match(value, type, time)`.

use std::any::type_name;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListBuilder, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use stixkit::matching::set::IndicatorSet;
use stixkit::row::{State, ValueKind};

/// The kinds of values that logs have, by the names that they have in core rows.
const KINDS: [ValueKind; 6] =
    [ValueKind::Ipv4, ValueKind::Ipv6, ValueKind::Domain, ValueKind::Url, ValueKind::Hash, ValueKind::Email];

/// The function `ioc_match`: the indicators that a value alone matches and that were active at a time, as a list of
/// their identifiers. `NULL` if there are none.
#[derive(Debug)]
pub(crate) struct IocMatch {
    set: Arc<IndicatorSet>,
    signature: Signature,
    calls: Arc<AtomicUsize>,
}

impl IocMatch {
    pub(crate) fn new(set: Arc<IndicatorSet>) -> Self {
        let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let types = TypeSignature::Exact(vec![DataType::Utf8, DataType::Utf8, time]);
        Self { set, signature: Signature::new(types, Volatility::Immutable), calls: Arc::default() }
    }

    /// How many values this function was called with. It goes on counting.
    pub(crate) fn calls(&self) -> Arc<AtomicUsize> {
        self.calls.clone()
    }
}

impl ScalarUDFImpl for IocMatch {
    fn name(&self) -> &str {
        "ioc_match"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [values, kinds, times] = &arrays[..] else {
            return exec_err!("ioc_match takes a value, a type and a time");
        };
        let (values, kinds) = (values.as_string::<i32>(), kinds.as_string::<i32>());
        let times = times.as_primitive::<TimestampMicrosecondType>();
        let mut found = ListBuilder::new(StringBuilder::new());
        for row in 0..values.len() {
            let time = times.is_valid(row).then(|| DateTime::<Utc>::from_timestamp_micros(times.value(row))).flatten();
            let (true, true, Some(time)) = (values.is_valid(row), kinds.is_valid(row), time) else {
                found.append_null();
                continue;
            };
            let Some(kind) = KINDS.into_iter().find(|kind| kind.as_str() == kinds.value(row)) else {
                return exec_err!("ioc_match has no type {:?}", kinds.value(row));
            };
            let hits = self.set.lookup(kind, values.value(row));
            let hits = hits.filter(|hit| hit.is_standalone() && hit.record().state_at(time) == State::Active);
            let ids: Vec<_> = hits.map(|hit| Some(hit.id().to_string())).collect();
            if ids.is_empty() { found.append_null() } else { found.append_value(ids) }
        }
        self.calls.fetch_add(values.len(), Ordering::Relaxed);
        Ok(ColumnarValue::Array(Arc::new(found.finish()) as ArrayRef))
    }
}

/// Plans name functions, and their registry has one of a name.
impl PartialEq for IocMatch {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.set, &other.set)
    }
}

impl Eq for IocMatch {}

impl Hash for IocMatch {
    fn hash<H: Hasher>(&self, state: &mut H) {
        type_name::<Self>().hash(state);
    }
}
