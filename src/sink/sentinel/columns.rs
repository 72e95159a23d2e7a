//! Tables as lists of their columns.

/// Writes the implementation of `Record` from the list of the columns. A second name is that of the
/// indicator's `id` in them. After `=` comes what a cell is made of, after `=>` a cell that is
/// there, or not.
macro_rules! table {
    ($Record:ident, $record:ident $(, $id:ident)?; $($name:ident: $Kind:ident $sign:tt $value:expr;)+) => {
        impl $crate::table::Record for $Record<'_> {
            const TABLE: &'static str = stringify!($Record);
            const COLUMNS: &'static [$crate::table::Column] = &[$(
                $crate::table::Column::new(stringify!($name), $crate::table::ColumnKind::$Kind)
            ),+];

            fn cells(&self, cells: &mut $crate::table::Cells<'_>) {
                let $record = self;
                $(
                    let mut buffer = [0; $crate::id::MAX_STANDARD_LEN];
                    let $id = self.stix_id.text_in(&mut buffer);
                )?
                $( table!(@show cells $sign $value); )+
            }
        }
    };
    (@show $cells:ident = $value:expr) => { $cells.show($value) };
    (@show $cells:ident => $value:expr) => { $cells.show_ref($value) };
}
pub(super) use table;
