"""Prints STIX objects made by the reference implementation, the Python package `stix2`, as JSON lines.

The first line is {"stix2": "<version of the package>"}. Each further line is one case:

    {"name": "<type>/<variant>", "version": "2.1" or "2.0", "object": {...}, "properties": ["type", ...]}

`object` is the text that stix2 serializes; every second one has no \\u escapes but those that JSON needs. `properties`
are the names that the class of stix2 defines, in its order. STIX 2.1 observables are made without an id, so theirs is
the one that stix2 generated. STIX 2.0 observables have none: they refer to each other by the local names "0" to "17",
under which an observed-data object holds one of each type. All are made in strict mode (allow_custom=False).

- minimal: only what is required. Where stix2 wants more, one case for each smallest set of further properties.
- full: all properties and all predefined extensions; where properties exclude each other, one case for each way to
  settle it. There are as many as it takes to have had each value of each vocabulary.
- random: subsets of the properties, drawn until stix2 accepts enough of them.
- the rest is written by hand, most of it for the canonical JSON (RFC 8785) that the id of an observable is made from.

Each run prints the same. Standard error counts the cases of each class, and names what its full ones lack: a property,
or a value of a vocabulary. If they lack anything, or if a class has none of the first three, the exit code is 1.
"""

import base64
import collections
import datetime
import itertools
import json
import random
import sys
import uuid

import stix2.base
from stix2 import properties as kinds, v20, v21
from stix2.exceptions import STIXError
from stix2.utils import is_stix_type

RANDOM_CASES = 20
DRAWS_OF_PROPERTIES = 400  # for one class: more than enough
DRAWS_OF_VALUES = 16  # for one set of properties

PROSE = (
    "plain text", "", "na\u00efve caf\u00e9 \u2014 stra\u00dfe", "e\u0301 two, \ufb01 one", "\u65e5\u672c \u0440",
    "astral \U0001d4b3 \U0001f600 \U0010ffff", "quote \" backslash \\ slash / </script>", "\\", "C:\\new\\u0041\\",
    "\t\n\r\b\f", "\x00 \x01 \x1f \x7f \x80 \x9f", "\u2028 \u2029 \ufeff \u200d \ufffd \uffff", " spaces around ",
)
FLOATS = (
    5.0, 0.1, 1e21, 1e20, 123456789012345680000.0, 1e-6, 1e-7, 1.5e-9, 0.0, -0.0, -1.5, 4.35, 7.999999999999999, 1e22,
    6.02214076e23, 9007199254740993.0, 5e-324, 1.7976931348623157e308, 333333333.3333333, 0.000001234, 1e300,
)
FRACTIONS = ("", ".0", ".000", ".5", ".50", ".123", ".1234", ".123456", ".000001", ".999999", ".100000", ".010")
ODD_KEYS = ("\u20ac", "\r", "\ufb33", "1", "10", "2", "\U0001f600", "\x80", "\u00f6", "", "\"", "\\", "A", "a", "</a>")
DICTIONARY_KEYS = ("Accept-Language", "x_y", "ALL_CAPS", "k-1", "123", "abc", "-__-", "k" * 250)
OPTION_KEYS = ("SO_KEEPALIVE", "TCP_NODELAY", "IP_TTL", "IPV6_V6ONLY", "ICMP6_FILTER", "MCAST_JOIN_GROUP")
INTEGER_LIMITS = {"confidence": 100, "number": 2**32 - 1, "src_port": 65535, "dst_port": 65535}
HASH_DIGITS = {
    "MD5": 32, "MD6": 64, "RIPEMD-160": 40, "SHA-1": 40, "SHA-224": 56, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128,
    "SHA3-224": 56, "SHA3-256": 64, "SHA3-384": 96, "SHA3-512": 128, "WHIRLPOOL": 128, "TLSH": 70,
}
# Strings that cannot be just any text, by the name of the property or by the type and the name.
FORMATTED = {
    "domain-name.value": ("example.com", "xn--bcher-kva.example", "b\u00fccher.example"),
    "email-addr.value": ("jo@example.com", "\"odd \\\" one\"@example.com", "j\u00f6@b\u00fccher.example"),
    "extension-definition.version": ("1.0.0", "2.1.0-beta.1"),
    "ipv4-addr.value": ("198.51.100.3", "198.51.0.0/16"), "mac-addr.value": ("d2:fb:49:24:37:18",),
    "ipv6-addr.value": ("2001:db8::ff00:42:8329", "2001:db8::/32"),
    "url.value": ("https://example.com/a?b=\"c\"&d=\\", "https://example.com/\u00e9/\U0001f600"),
    "windows-registry-key.key": ("HKEY_LOCAL_MACHINE\\System\\Foo", "HKEY_CURRENT_USER\\\u00dcber\\\U0001f600"),
    "body": PROSE[2:],  # An empty body counts as none.
    "cpe": ("cpe:2.3:a:microsoft:word:2000:*:*:*:*:*:*:*", "cpe:2.3:a:odd\\\"one:x\\\\y:1:*:*:*:*:*:*:*"),
    "country": ("DE", "jp"), "definition_type": ("statement",), "extension_properties": ("rank", "toxicity_level"),
    "kill_chain_name": ("lockheed-martin-cyber-kill-chain",), "phase_name": ("weaponization", "command-and-control"),
    "lang": ("en", "de", "zh-Hant", "fr-CA"), "languages": ("en", "de", "zh-Hant", "fr-CA"),
    "mime_type": ("text/plain", "image/svg+xml"), "name_enc": ("UTF-8",), "path_enc": ("windows-1252",),
    "path": ("/usr/home/\u00fcser", "C:\\Windows\\System32", "/tmp/\U0001f600 \"x\"\n"),
    "pattern": ("[ipv4-addr:value = '198.51.100.1/32']", "[file:name = '\u00e9\\'\\\\'] AND [url:value LIKE 'a\"%']"),
    "pattern_version": ("2.1", "2.0"), "protocols": ("ipv4", "ipv6", "tcp", "http"),
    "relationship_type": ("related-to", "derived-from", "uses"), "request_method": ("get", "post"),
    "url": ("https://example.com/\u00e9?a=\"b\"", "https://example.com/report"),
}
PREDEFINED_EXTENSIONS = {
    "file": ("archive-ext", "ntfs-ext", "pdf-ext", "raster-image-ext", "windows-pebinary-ext"),
    "network-traffic": ("http-request-ext", "icmp-ext", "socket-ext", "tcp-ext"),
    "process": ("windows-process-ext", "windows-service-ext"), "user-account": ("unix-account-ext",),
}
NOW = datetime.datetime(2000, 2, 29, 12, 34, 56, 789012, tzinfo=datetime.timezone.utc)
RNG = random.Random("stix2")  # Everything left to chance comes from here, so that each run prints the same.
Place = collections.namedtuple("Place", "cls name siblings")  # where a value goes, and the values before it
# For the STIX 2.0 observables without a predefined extension: strict mode takes only what is registered.
v20.CustomExtension("x-reference-ext", [("score", kinds.FloatProperty())])(type("ReferenceExtension", (), {}))


def new_uuid():
    return uuid.UUID(int=RNG.getrandbits(128), version=4)


def hash_value(name):
    if name.lower() == "ssdeep":
        return "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"
    return "".join(RNG.choices(RNG.choice(("0123456789abcdef", "0123456789ABCDEF")), k=HASH_DIGITS[name]))


def free_extension(keys):
    """The contents of an extension that only an extension-definition object describes."""
    return {
        "extension_type": "property-extension", "list": [RNG.choice(FLOATS), RNG.choice(PROSE), True, 2**53 - 1, -1],
        "nested": {key: RNG.choice(FLOATS + PROSE) for key in keys},
    }


class Generator:
    """Makes objects of one STIX version by walking the properties that the classes of stix2 define."""

    def __init__(self, version, package):
        self.version, self.package, self.observables = version, package, package.OBJ_MAP_OBSERVABLE
        self.local_names = {str(index): type_ for index, type_ in enumerate(self.observables)}
        types_with_id = {*package.OBJ_MAP, *(self.observables if version == "2.1" else ())}
        self.referable_types = sorted(types_with_id - {"bundle", "extension-definition"})
        self.clock = NOW.replace(tzinfo=None, microsecond=0)
        self.mode, self.known_gaps = None, {}
        self.unseen = {}  # a property with a vocabulary -> the values that no full case has yet
        self.picked = []  # (property, value) in what is being made

    def optional(self, cls):
        """Names of the properties to choose from. An id is up to stix2."""
        properties = cls._properties.items()
        return [name for name, p in properties if not (p.required or hasattr(p, "_fixed_value") or name == "id")]

    def make(self, cls, chosen, draws=DRAWS_OF_VALUES):
        """An object with what is required and what is chosen, or None if stix2 refuses all that was drawn."""
        picked_before = len(self.picked)
        for _ in range(draws):
            values = {}
            for name, prop in cls._properties.items():
                if prop.required or name in chosen:
                    values[name] = self.value(prop, Place(cls, name, values))
            if values.get("pattern_type", "stix") != "stix":
                values["pattern"] = RNG.choice(PROSE[2:])
            if "created" in values and "modified" in cls._properties:
                values.setdefault("modified", values["created"])
            if self.version == "2.0" and cls in self.observables.values():
                values["_valid_refs"] = self.local_names
            try:
                return cls(allow_custom=False, **values)
            except (STIXError, ValueError):
                del self.picked[picked_before:]

    def gaps(self, cls):
        """What full objects leave out: nothing, or else any one of several properties that exclude each other."""
        if cls not in self.known_gaps:
            names = self.optional(cls)
            gaps = [()] if self.make(cls, names) else [(name,) for name in names]
            self.known_gaps[cls] = [gap for gap in gaps if self.make(cls, set(names).difference(gap))]
        return self.known_gaps[cls]

    def part(self, cls):
        """An object inside of another one. It is not empty."""
        names = self.optional(cls)
        for _ in range(DRAWS_OF_PROPERTIES):
            gap = RNG.choice(self.gaps(cls)) if self.mode == "full" else [name for name in names if RNG.random() < 0.5]
            if made := self.make(cls, set(names).difference(gap), 1):
                return made
        raise RuntimeError(f"stix2 accepts no {cls.__name__}")

    def minimal_cases(self, cls):
        self.mode = "minimal"
        for size in range(3):
            sets = itertools.combinations(self.optional(cls), size)
            made = [("-".join(("minimal", *names)), self.make(cls, names)) for names in sets]
            if any(object_ for _, object_ in made):
                break
        return [case for case in made if case[1]]

    def full_cases(self, cls):
        self.mode = "full"
        cases = []
        for turn, gap in itertools.product(range(DRAWS_OF_PROPERTIES), self.gaps(cls)):
            if turn and not any(self.unseen.values()):
                break
            self.picked.clear()
            made = self.make(cls, set(self.optional(cls)).difference(gap))
            for prop, value in self.picked:
                self.unseen[prop].discard(value)
            cases.append(("-".join(("full", *(f"without-{name}" for name in gap), str(turn))), made))
        return cases

    def random_cases(self, cls):
        self.mode = "random"
        shares = (RNG.uniform(0.1, 0.9) for _ in range(DRAWS_OF_PROPERTIES))
        subsets = ({name for name in self.optional(cls) if RNG.random() < share} for share in shares)
        accepted = filter(None, (self.make(cls, subset, 1) for subset in subsets))
        return [(f"random-{index}", made) for index, made in enumerate(itertools.islice(accepted, RANDOM_CASES))]

    def value(self, prop, place):
        """A value for a property of any kind. A kind comes before those it is derived from."""
        full = self.mode == "full"
        match prop:
            case kinds.EnumProperty() | kinds.OpenVocabProperty():
                unseen = self.unseen.setdefault(prop, set(prop.allowed))
                fresh = [value for value in prop.allowed if value in unseen and (prop, value) not in self.picked]
                self.picked.append((prop, fresh[0] if full and fresh else RNG.choice(prop.allowed)))
                return self.picked[-1][1]
            case kinds.ObjectReferenceProperty():
                types = prop.valid_types or self.observables
                return RNG.choice([name for name, type_ in self.local_names.items() if type_ in types])
            case kinds.StringProperty():
                by_type = FORMATTED.get(f"{getattr(place.cls, '_type', '')}.{place.name}")
                return RNG.choice(by_type or FORMATTED.get(place.name) or PROSE)
            case kinds.ReferenceProperty():
                version, invert = self.version, prop.auth_type == prop._BLACKLIST
                listed = {t for t in self.referable_types if is_stix_type(t, version, *prop.generics, *prop.specifics)}
                return f"{RNG.choice([t for t in self.referable_types if (t in listed) != invert])}--{new_uuid()}"
            case kinds.BooleanProperty():  # stix2 does not serialize one that has its default value.
                return True if full and hasattr(prop, "default") else RNG.random() < 0.5
            case kinds.IntegerProperty():
                low, high = prop.min or 0, prop.max or INTEGER_LIMITS.get(place.name, 2**53 - 1)
                return RNG.choice((low, low + 1, high, RNG.randint(low, high), RNG.randint(low, min(high, 1000))))
            case kinds.FloatProperty():
                low, high = (-1e9 if prop.min is None else prop.min), (max(FLOATS) if prop.max is None else prop.max)
                return RNG.choice([RNG.uniform(low, min(high, 1e9)), *(x for x in FLOATS if low <= x <= high)])
            case kinds.TimestampProperty():  # Later than all before, so that nothing ends before it starts.
                self.clock += datetime.timedelta(seconds=RNG.randint(1, 10_000))
                return f"{self.clock.isoformat()}{RNG.choice(FRACTIONS)}Z"
            case kinds.HexProperty():
                return RNG.choice(("0a", "FF", "5a4D", "00000000", RNG.randbytes(8).hex()))
            case kinds.BinaryProperty():
                return base64.b64encode(RNG.randbytes(RNG.randint(1, 40))).decode()
            case kinds.HashesProperty():
                names = self.package.vocab.HASHING_ALGORITHM
                names = RNG.sample(names, len(names) if full else RNG.randint(1, 3))
                return {name: hash_value(name) for name in names}
            case kinds.ExtensionsProperty():
                return self.extensions(place)
            case kinds.DictionaryProperty():
                return self.dictionary(place)
            case kinds.ListProperty():
                return self.granular_markings(place) if place.name == "granular_markings" else self.items(prop, place)
            case kinds.EmbeddedObjectProperty():
                return self.part(prop.type)
            case kinds.ObservableProperty():
                if self.mode == "minimal":
                    return {"0": {"type": "domain-name", "value": "example.com"}}
                parts = {name: self.part(self.observables[type_]) for name, type_ in self.local_names.items()}
                return {name: json.loads(part.serialize()) for name, part in parts.items()}
            case v20.common.MarkingProperty() | v21.common.MarkingProperty():
                return self.part(self.package.StatementMarking)
        raise NotImplementedError(f"{type(prop).__name__} of {place.cls.__name__}.{place.name}")

    def items(self, prop, place):
        contained = prop.contained
        if isinstance(contained, type):
            return [self.part(contained) for _ in range(RNG.randint(1, 2))]
        whole_vocabulary = self.mode == "full" and hasattr(contained, "allowed")
        values = []
        for _ in range(len(contained.allowed) if whole_vocabulary else RNG.randint(1, 3)):
            if (value := self.value(contained, place)) not in values:
                values.append(value)
        return values

    def granular_markings(self, place):
        """Selectors have to point at something, and stix2 takes a false or empty value for nothing."""
        selectors = ["id"]
        for name, value in place.siblings.items():
            selectors += [name] if value else []
            selectors += [f"{name}.[0]"] if isinstance(value, list) and isinstance(value[0], str) and value[0] else []
        chosen = RNG.sample(selectors, RNG.randint(1, len(selectors)))
        by_reference = {"marking_ref": f"marking-definition--{new_uuid()}", "selectors": chosen}
        by_language = {"lang": RNG.choice(FORMATTED["lang"]), "selectors": [RNG.choice(selectors)]}
        return [by_reference, by_language] if self.version == "2.1" else [by_reference]

    def extensions(self, place):
        names = PREDEFINED_EXTENSIONS.get(place.cls._type, ())
        if self.mode != "full":
            names = RNG.sample(names, RNG.randint(0, len(names)))
        if not names and self.version == "2.0":
            names = ("x-reference-ext",)
        extensions = {name: self.part(self.package.EXT_MAP[name]) for name in names}
        if self.version == "2.1" and (not extensions or RNG.random() < 0.5):
            extensions[f"extension-definition--{new_uuid()}"] = free_extension(RNG.sample(ODD_KEYS, 4))
        return extensions

    def dictionary(self, place):
        if place.name == "contents":
            return {lang: {"name": RNG.choice(PROSE), "aliases": [RNG.choice(PROSE)]} for lang in FORMATTED["lang"]}
        if place.name == "options":
            return {key: RNG.randint(0, 9) for key in RNG.sample(OPTION_KEYS, RNG.randint(1, 3))}
        dictionary = {key: RNG.choice(PROSE) for key in RNG.sample(DICTIONARY_KEYS, RNG.randint(1, 4))}
        if place.name in ("request_header", "additional_header_fields") and self.version == "2.1":
            return {key: [text, RNG.choice(PROSE)] for key, text in dictionary.items()}
        if place.name in ("ipfix", "exif_tags"):
            dictionary["number"] = RNG.choice((0, 1, 2**31, 2**53 - 1))
        return dictionary


def markings_by_hand(package):
    for name in ("TLP_WHITE", "TLP_GREEN", "TLP_AMBER", "TLP_RED"):
        yield name, getattr(package, name)
    statement = {"statement": "Copyright \u00a9 2020, \"Example\" Corp. \U0001f600"}
    yield "statement", package.MarkingDefinition(definition_type="statement", definition=statement)


def observables_by_hand():
    """STIX 2.1 observables whose id depends on how numbers, strings and times are written, or on which hash counts."""
    for index, number in enumerate(FLOATS):
        extension = {"pe_type": "exe", "sections": [{"name": ".text", "entropy": number}]}
        yield f"entropy-{index}", v21.File(name="a.exe", extensions={"windows-pebinary-ext": extension})
    for index, text in enumerate(PROSE):
        yield f"text-{index}", v21.Software(name=text, vendor=PROSE[index - 1], version="1.0")
        yield f"text-{index}", v21.EmailMessage(is_multipart=False, subject=text, body=text)
        yield f"text-{index}", v21.WindowsRegistryKey(values=[{"name": text, "data_type": "REG_SZ"}])
    yield "keys", v21.File(name="a", extensions={f"extension-definition--{new_uuid()}": free_extension(ODD_KEYS)})
    for fraction in FRACTIONS:
        times = {"start": f"2020-02-29T23:59:59{fraction}Z", "end": "9999-12-31T23:59:59.999999Z", "is_active": False}
        yield f"time{fraction}", v21.NetworkTraffic(protocols=["tcp"], src_ref=f"ipv4-addr--{new_uuid()}", **times)
    yield "number", v21.AutonomousSystem(number=2**53 - 1)
    names = v21.vocab.HASHING_ALGORITHM
    for chosen in itertools.chain(itertools.permutations(names, 1), itertools.permutations(names, 2), [names[::-1]]):
        variant, hashes = "-".join(("hashes", *chosen)), {name: hash_value(name) for name in chosen}
        yield variant, v21.File(hashes=hashes)
        yield variant, v21.Artifact(hashes=hashes, url="https://example.com/")
        yield variant, v21.X509Certificate(hashes=hashes, serial_number="02:08:87:83:f2:13:58:1f")


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    uuid.uuid4 = new_uuid
    stix2.base.get_timestamp = lambda: NOW
    cases, incomplete = [], False
    for version, package in (("2.1", v21), ("2.0", v20)):
        generator = Generator(version, package)
        for cls in (*package.OBJ_MAP_OBSERVABLE.values(), *package.OBJ_MAP.values()):
            if cls is package.Bundle:
                continue
            variants = generator.minimal_cases(cls), generator.full_cases(cls), generator.random_cases(cls)
            lacking = set(cls._properties).difference(*(json.loads(made.serialize()) for _, made in variants[1]))
            lacking.update(itertools.chain(*generator.unseen.values()))
            print(version, cls._type, "minimal, full, random:", *map(len, variants), *sorted(lacking), file=sys.stderr)
            incomplete = incomplete or lacking or not all(variants)
            cases += ((version, *case) for case in itertools.chain(*variants))
        cases += ((version, *case) for case in markings_by_hand(package))
    cases += (("2.1", *case) for case in observables_by_hand())
    print(json.dumps({"stix2": stix2.__version__}))
    for number, (version, variant, made) in enumerate(cases):
        text = made.serialize(ensure_ascii=number % 2 == 0)  # It goes out as it is: to parse it first could change it.
        name, names = json.dumps(f"{made.type}/{variant}"), json.dumps(list(type(made)._properties))
        print(f'{{"name": {name}, "version": "{version}", "object": {text}, "properties": {names}}}')
    return 1 if incomplete else 0


if __name__ == "__main__":
    sys.exit(main())
