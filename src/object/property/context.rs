//! What reading an object finds out beside the values of its properties.

use crate::json::cursor::Fault;

/// What reading finds out beside the values.
#[derive(Debug, Default)]
pub(crate) struct Context {
    /// An object repeated a key. Which one is looked up later: it is rare.
    pub(crate) repeated_key: bool,
    /// The properties that were set aside because they did not fit.
    pub(crate) misfits: Vec<Misfit>,
    /// A value was kept among the custom properties under the name of a property that is defined.
    kept_own: bool,
    /// The JSON of the property just read, if its type cannot represent it.
    unrepresentable: Option<&'static str>,
}

/// A misfit: a property whose value its type cannot hold. The value is kept as JSON among the
/// custom properties.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(crate) name: &'static str,
    /// What is wrong with the value, and where.
    pub(crate) fault: Fault,
    /// Whether only a part of the property does not fit, and the property itself does.
    pub(crate) is_nested: bool,
}

/// More misfits of nested values than are listed anyway.
const MAX_NESTED_MISFITS: usize = 100;

impl Context {
    /// Notes that a property of the object was set aside.
    #[cold]
    pub(crate) fn set_aside(&mut self, name: &'static str, fault: Fault) {
        self.unrepresentable = None;
        self.kept_own = true;
        // One for each name: an object may repeat a name a million times.
        self.misfits.retain(|misfit| misfit.is_nested || misfit.name != name);
        self.misfits.push(Misfit { name, fault, is_nested: false });
    }

    /// Notes that a part of a property was set aside, and the property itself was not.
    pub(crate) fn set_part_aside(&mut self, name: &'static str, fault: Fault) {
        if self.misfits.len() < MAX_NESTED_MISFITS {
            self.misfits.push(Misfit { name, fault, is_nested: true });
        }
    }

    /// Takes over what reading an object inside of this one found out.
    pub(crate) fn absorb(&mut self, nested: Self) {
        self.repeated_key |= nested.repeated_key;
        for misfit in nested.misfits {
            self.set_part_aside(misfit.name, misfit.fault);
        }
    }

    /// The fault of an own property that was set aside.
    pub(crate) fn fault_of(&self, name: &str) -> Option<Fault> {
        self.misfits.iter().find(|misfit| !misfit.is_nested && misfit.name == name).map(|misfit| misfit.fault)
    }

    /// Notes the JSON of the property just read, because its type cannot represent it: `null` for
    /// an [`Option`], an empty list for a [`Vec`]. The custom properties keep it.
    pub(crate) fn set_unrepresentable(&mut self, json: &'static str) {
        self.unrepresentable = Some(json);
    }

    /// Whether the type of the property just read cannot represent its JSON.
    #[inline]
    pub(crate) fn has_unrepresentable(&self) -> bool {
        self.unrepresentable.is_some()
    }

    /// Takes the JSON that the type of the property just read cannot represent.
    pub(crate) fn take_unrepresentable(&mut self) -> Option<&'static str> {
        let json = self.unrepresentable.take();
        self.kept_own |= json.is_some();
        json
    }

    /// Whether no key was repeated and no property was set aside.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        !self.repeated_key && self.misfits.is_empty()
    }

    /// Whether a value was kept among the custom properties under the name of a property that is
    /// defined.
    pub(crate) fn has_kept_own(&self) -> bool {
        self.kept_own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_misfit_of_its_own() {
        let mut context = Context::default();
        let fault = |at| Fault::Unfit { at, expected: "a list" };
        context.set_part_aside("objects", fault(1));
        context.set_aside("labels", fault(2));
        context.set_aside("labels", fault(3));
        assert_eq!((context.fault_of("labels"), context.fault_of("objects")), (Some(fault(3)), None));
        assert_eq!(context.misfits.len(), 2);
        assert!(context.has_kept_own());
    }

    #[test]
    fn nested_misfits_are_bounded() {
        let mut context = Context::default();
        for _ in 0..3 {
            let mut nested = Context { repeated_key: true, ..Context::default() };
            (0..60).for_each(|at| nested.set_part_aside("objects", Fault::End { at }));
            context.absorb(nested);
        }
        assert!(context.repeated_key && !context.has_kept_own());
        assert_eq!(context.misfits.len(), MAX_NESTED_MISFITS);
    }
}
