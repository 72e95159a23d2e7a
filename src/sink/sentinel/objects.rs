//! The table of everything else.

use super::columns::table;
use super::datetime::datetime_cell;
use super::json_text::JsonObject;
use super::options::Options;
use super::row_id::row_id;
use super::tlp_level::tlp_level;
use super::trimmed::trimmed;
use crate::object::Object;
use crate::row::Mapper;
use crate::table::Cell;
use crate::{Identifier, Json, Kind};

/// A row of the table `ThreatIntelObjects`: an object that is not an indicator.
///
/// | column | from |
/// |---|---|
/// | `TimeGenerated` | [`Options::with_time_generated`] |
/// | `Id` | Base64 of `SourceSystem`, `---`, `id` |
/// | `StixType` | `type`; of a [tombstone](Self::ended), the type in the identifier |
/// | `Data` | the rest of the object: no `null` and no empty pairs, every text cut at 1,000 characters |
/// | `AdditionalFields` | `TLPLevel`: `white`, `green`, `amber` or `red`, the strictest of the object and its parts |
/// | `IsDeleted` | `false`; `true` in a [tombstone](Self::ended) |
/// | `SourceSystem` | the feed: [`Options::with_source_system`], or else the mapper's source |
/// | `AzureTenantId` | [`Options::with_azure_tenant_id`] |
/// | `WorkspaceId`, `TenantId` | [`Options::with_workspace_id`] |
/// | `Type` | `ThreatIntelObjects` |
/// | `LastUpdateMethod`, `_ResourceId`, `_SubscriptionId`, `_BilledSize`, `_IsBillable` | no value: they are Sentinel's |
///
/// A relationship leads from an indicator's `Data.id` by `Data.source_ref` and `Data.target_ref` to
/// the `Data.id` of another object. What is lost is the end of long texts, and the step from
/// `amber+strict` to `amber`.
///
/// The table only grows, so a query takes the newest row of each `Id` and leaves out what is
/// deleted. This one finds the malware that indicators indicate:
///
/// ```kusto
/// let objects = ThreatIntelObjects
///     | summarize arg_max(TimeGenerated, *) by Id
///     | where not(IsDeleted);
/// objects
/// | where StixType == "relationship" and Data.relationship_type == "indicates"
/// | project indicator = tostring(Data.source_ref), target = tostring(Data.target_ref)
/// | join kind=inner (objects | project target = tostring(Data.id), StixType, Name = tostring(Data.name))
///     on target
/// | where StixType == "malware"
/// | project indicator, Name
/// ```
#[derive(Clone, Debug)]
pub struct ThreatIntelObjects<'a> {
    mapper: &'a Mapper,
    id: &'a Identifier,
    options: &'a Options,
    /// A tombstone has none.
    object: Option<&'a Object>,
}

impl<'a> ThreatIntelObjects<'a> {
    /// The row of an object; `None` of an indicator, which has a table of its own. The mapper gives
    /// the name of the feed and the levels of markings that it has learnt.
    ///
    /// ```
    /// use stixkit::row::Mapper;
    /// use stixkit::sink::sentinel::{Options, ThreatIntelObjects};
    /// use stixkit::table::JsonLine;
    ///
    /// let actor = serde_json::from_str(
    ///     r#"{"type": "threat-actor", "id": "threat-actor--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "name": "Gardeners"}"#,
    /// )?;
    /// let (mapper, options) = (Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example"), Options::new());
    /// let row = ThreatIntelObjects::new(&mapper, &actor, &options).unwrap();
    /// let json = serde_json::to_value(&JsonLine(&row))?;
    /// assert_eq!((&json["StixType"], &json["Data"]["name"]), (&"threat-actor".into(), &"Gardeners".into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(mapper: &'a Mapper, object: &'a Object, options: &'a Options) -> Option<Self> {
        // One that does not read as an indicator is none of this table's either.
        (object.kind() != Some(Kind::Indicator) && mapper.may_go(object)).then_some(Self {
            mapper,
            id: object.id(),
            options,
            object: Some(object),
        })
    }

    /// Returns the tombstone of an object that the feed no longer has, with the `Id` and the type
    /// of its rows, and `IsDeleted` true; `None` for the identifier of an indicator.
    ///
    /// ```
    /// use stixkit::Identifier;
    /// use stixkit::row::Mapper;
    /// use stixkit::sink::sentinel::{Options, ThreatIntelObjects};
    /// use stixkit::table::JsonLine;
    ///
    /// let id = Identifier::from("threat-actor--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    /// let (mapper, options) = (Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example"), Options::new());
    /// let json = serde_json::to_value(&JsonLine(&ThreatIntelObjects::ended(&mapper, &id, &options).unwrap()))?;
    /// assert_eq!((&json["StixType"], &json["IsDeleted"]), (&"threat-actor".into(), &true.into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "tombstone")]
    pub fn ended(mapper: &'a Mapper, id: &'a Identifier, options: &'a Options) -> Option<Self> {
        (id.kind() != Some(Kind::Indicator)).then_some(Self { mapper, id, options, object: None })
    }

    fn source(&self) -> &str {
        self.options.source(self.mapper.source())
    }

    fn additional_fields(&self) -> Option<String> {
        let mut fields = JsonObject::default();
        if let Some(tlp) = self.mapper.markings_of(self.object?).0.tlp() {
            fields.put_text("TLPLevel", tlp_level(tlp));
        }
        fields.finish()
    }

    fn data(&self) -> Option<String> {
        // OK because an object always has a JSON form.
        Some(trimmed(&serde_json::to_string(self.object?).unwrap_or_default(), |name| name == "type"))
    }

    fn type_name(&self) -> Option<&str> {
        self.object.map(Object::type_name).or_else(|| self.id.prefix())
    }
}

table! { ThreatIntelObjects, record;
    TimeGenerated: Time = datetime_cell(record.options.time_generated.as_ref());
    Id: Text = row_id(record.source(), record.id);
    StixType: Text = record.type_name();
    Data: Json = record.data().as_deref().map(Json::trusted);
    AdditionalFields: Json = record.additional_fields().as_deref().map(Json::trusted);
    IsDeleted: Boolean = record.object.is_none();
    LastUpdateMethod: Text = Cell::Null;
    SourceSystem: Text = record.source();
    AzureTenantId: Text = record.options.azure_tenant_id.as_deref();
    WorkspaceId: Text = record.options.workspace_id.as_deref();
    TenantId: Text = record.options.workspace_id.as_deref();
    Type: Text = "ThreatIntelObjects";
    _ResourceId: Text = Cell::Null;
    _SubscriptionId: Text = Cell::Null;
    _BilledSize: Real = Cell::Null;
    _IsBillable: Text = Cell::Null;
}
