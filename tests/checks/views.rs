use stixkit::object::IndicatorParts;
use stixkit::reader::{Item, ItemView, Limits, Source};
use stixkit::row::{Mapper, Outcome, SplitMode};
use stixkit::sink::sentinel::{self, ThreatIntelligenceIndicator};
use stixkit::sink::{ecs, ocsf};
use stixkit::table::JsonLine;
use stixkit::{Object, Reader};

use super::reading::Pieces;

/// Any bytes: reading indicators as views says the same as reading objects, and so do their rows. Returns
/// the number of indicators.
pub(crate) fn views(data: &[u8]) -> usize {
    let limits = Limits::default().with_depth(5).with_string_bytes(300).with_object_bytes(900);
    compare(Reader::from_slice(data).with_limits(limits), Reader::from_slice(data).with_limits(limits));
    compare(Reader::from_slice(data), Reader::from_reader(Pieces::new(data)));
    compare(Reader::from_slice(data), Reader::from_slice(data))
}

/// What the sinks make of an indicator or a view.
fn sinks<'a>(outcome: &'a Outcome<'a>, indicator: impl Into<IndicatorParts<'a>>) -> String {
    let now: chrono::DateTime<chrono::Utc> = "2024-05-20T00:00:00Z".parse().expect("it is an instant");
    let indicator = indicator.into();
    let (ecs, ocsf, sentinel) = (ecs::Options::new(), ocsf::Options::new(now), sentinel::Options::new());
    let documents: Vec<_> = ecs::Document::all(outcome, indicator, &ecs).collect();
    let events: Vec<_> = ocsf::Event::all(outcome, indicator, &ocsf).collect();
    let legacy = ThreatIntelligenceIndicator::rows(outcome, indicator, &sentinel);
    let legacy: Vec<_> = legacy.iter().map(JsonLine).collect();
    serde_json::to_string(&(documents, events, legacy)).expect("rows can be written")
}

fn compare(mut objects: Reader<impl Source>, mut views: Reader<impl Source>) -> usize {
    let now: chrono::DateTime<chrono::Utc> = "2024-05-20T00:00:00Z".parse().expect("it is an instant");
    let mut mapper = Mapper::new(now).with_source("a").with_tlp_labels(true);
    let mut indicators = 0;
    loop {
        match (objects.next(), views.next_view()) {
            (None, None) => break,
            (Some(Ok(Item::Object(accepted))), Some(Ok(ItemView::Object(view)))) => {
                assert!(!matches!(view.object, Object::Indicator(_)), "indicators are views");
                assert_eq!(format!("{accepted:?}"), format!("{view:?}"));
                mapper.learn(&accepted.object);
            }
            (Some(Ok(Item::Object(accepted))), Some(Ok(ItemView::Indicator(view)))) => {
                let Object::Indicator(indicator) = &accepted.object else { panic!("no indicator: {accepted:?}") };
                assert_eq!((accepted.index, accepted.offset), (view.index(), view.offset()));
                assert_eq!(accepted.findings, view.findings());
                assert_eq!(accepted.object.check(), view.check());
                assert_eq!(objects.raw(), view.json());
                assert_eq!(**indicator, *view.to_indicator().expect("a view is an indicator"));
                assert_eq!((view.id(), view.name()), (&indicator.common.id, indicator.name.as_deref()));
                assert_eq!(view.pattern(), indicator.pattern);
                for mode in [SplitMode::Split, SplitMode::Exact, SplitMode::Primary] {
                    mapper = mapper.with_split_mode(mode);
                    let (expected, outcome) = (mapper.map(indicator), mapper.map_view(&view));
                    // A comparison of rows takes two spellings of an instant for the same.
                    let text = |outcome| serde_json::to_string(outcome).expect("rows can be written");
                    assert_eq!(text(&outcome.rows), text(&expected.rows));
                    assert_eq!(outcome, expected);
                    assert_eq!(sinks(&outcome, &view), sinks(&expected, indicator));
                }
                indicators += 1;
            }
            (Some(Ok(Item::Rejected(rejected))), Some(Ok(ItemView::Rejected(view)))) => {
                assert_eq!(format!("{rejected:?}"), format!("{view:?}"));
            }
            (Some(Err(error)), Some(Err(other))) => assert_eq!(error.to_string(), other.to_string()),
            (item, view) => panic!("{item:?} is not {view:?}"),
        }
        assert_eq!((objects.position(), objects.path(), objects.raw()), (views.position(), views.path(), views.raw()));
        assert_eq!(objects.bytes_read(), views.bytes_read());
    }
    assert_eq!((objects.findings(), objects.container()), (views.findings(), views.container()));
    indicators
}
