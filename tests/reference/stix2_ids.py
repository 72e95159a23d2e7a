"""Prints observables of STIX 2.1, and the identifiers that the reference implementation gives them, as JSON lines.

The first line is {"stix2": "<version of the package>"}. Each further line is one case:

    {"id": "file--..." or null, "why": "..." or null, "object": {...}}

`object` is what stix2 read, with an `id` added that says nothing: unlike in `stix2_objects.py` it is not what stix2
writes, which has its times and numbers in one form only. Numbers are spelled in many ways, strings have escapes that
they need not have, times have up to six fraction digits. `id` is null if the object has nothing that an identifier
follows from, or if stix2 finds no canonical form; then `why` says so.

Objects that stix2 refuses are left out; standard error counts them. Each run prints the same.
"""

import json
import random
import sys

import stix2

CASES_OF_A_TYPE = 400
RNG = random.Random("identifiers")
LETTERS = (
    "abcXYZ019 _-./:\\\"'<>&{}[]", "\u00e9\u00df\u0130\u0131\u0301\ufb01", "\u65e5\u672c\u0440\u05d0",
    "\U0001f600\U0001d4b3\U0010ffff", "\t\n\r\b\f\x00\x1f\x7f\x80\x9f", "\u2028\u2029\ufeff\ufffd\uffff\ue000",
)
EDGES = (
    "0", "-0", "0.0", "-0.0", "1e400", "1E-400", "5e-324", "1.7976931348623157e308", "1e21", "1e20", "999999999999999999999",
    "123456789012345680000", "1e-6", "1e-7", "9007199254740993", "18446744073709551615", "18446744073709551616",
    "-9223372036854775809", "0.1", "0.30000000000000004", "333333333.33333329", "1E30", "4.50", "2e-3", "1.0e+2",
)
HASHES = {
    "MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-512": 128, "SHA3-256": 64, "SHA3-512": 128, "SSDEEP": 20, "TLSH": 70,
    "MD6": 32, "RIPEMD-160": 40, "SHA-224": 56, "SHA-384": 96, "SHA3-224": 56, "WHIRLPOOL": 128, "x_own": 8, "sha_256": 64,
}


class Raw(str):
    """JSON text that goes out as it is."""


def chance(share):
    return RNG.random() < share


def emit(value):
    match value:
        case Raw():
            return str(value)
        case str():
            return '"' + "".join(emit_letter(letter) for letter in value) + '"'
        case bool() | None:
            return json.dumps(value)
        case dict():
            return "{" + ", ".join(f"{emit(name)}: {emit(member)}" for name, member in value.items()) + "}"
        case list():
            return "[" + ",".join(map(emit, value)) + "]"
    return str(value)


def emit_letter(letter):
    """The letter, or an escape where it needs one, or now and then where it does not."""
    if letter in '"\\' or letter < " " or "\ud800" <= letter <= "\udfff" or chance(0.05):
        units = letter.encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{units[at:at + 2].hex()}" for at in range(0, len(units), 2))
    return letter


def text():
    letters = RNG.choice(LETTERS) if chance(0.5) else "".join(LETTERS)
    made = "".join(RNG.choices(letters, k=RNG.randint(1, 12)))
    return made + "\ud800" if chance(0.002) else made


def key():
    return "".join(RNG.choices("abcXYZ019_-", k=RNG.randint(1, 12)))


def number():
    match RNG.randint(0, 4):
        case 0:
            return Raw(RNG.choice(EDGES))
        case 1:
            return Raw(str(RNG.randint(-(2**70), 2**70)))
        case 2:
            return Raw(f"{RNG.uniform(-1e6, 1e6):.{RNG.randint(1, 20)}f}")
        case 3:
            return Raw(f"{RNG.uniform(-10, 10):.{RNG.randint(0, 17)}{RNG.choice('eE')}}")
    return Raw(repr(RNG.uniform(-1, 1) * 10.0 ** RNG.randint(-300, 300)))


def count():
    return RNG.choice((0, 1, RNG.randint(0, 65535), 2**53 - 1))


def time(year=None):
    date = f"{year or RNG.randint(1000, 9999)}-{RNG.randint(1, 12):02}-{RNG.randint(1, 28):02}"
    clock = f"{RNG.randint(0, 23):02}:{RNG.randint(0, 59):02}:{RNG.randint(0, 59):02}"
    digits = "".join(RNG.choices("00000019", k=RNG.randint(0, 6)))
    return f"{date}T{clock}{'.' + digits if digits else ''}Z"


def hexadecimal(digits):
    return "".join(RNG.choices("0123456789abcdefABCDEF", k=digits))


def hashes():
    made = {}
    for name in RNG.sample(sorted(HASHES), RNG.randint(1, 4)):
        spelled = RNG.choice((name, name.lower(), name.replace("-", ""), name.title(), name.upper()))
        made[spelled] = f"3:{hexadecimal(12)}:a" if name == "SSDEEP" else hexadecimal(HASHES[name])
    return made


def reference(*types):
    digits = hexadecimal(32).lower()
    return f"{RNG.choice(types)}--{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def anything(depth=3):
    """What an extension that only its definition describes may hold."""
    match RNG.randint(0, 7 if depth else 3):
        case 0 | 1:
            return number()
        case 2:
            return text()
        case 3:
            return None if chance(0.03) else chance(0.5)
        case 4 | 5:
            return [anything(depth - 1) for _ in range(RNG.randint(0, 3))]
    return {text(): anything(depth - 1) for _ in range(RNG.randint(0, 4))}


def some(**makers):
    """Some of the properties, in any order."""
    names = RNG.sample(sorted(makers), RNG.randint(1, len(makers)))
    return {name: makers[name]() for name in names}


def own_extension():
    members = {"extension_type": "property-extension", **some(a=anything, B_2=anything, when=time, n=number), **dictionary(text)}
    return {reference("extension-definition"): members}


def dictionary(value):
    return {key(): value() for _ in range(RNG.randint(1, 3))}


def stray(extension):
    """Adds what a struct of stix2 drops or keeps though it has no such property."""
    if chance(0.1):
        extension["x_own"] = RNG.choice((None, [], "kept", Raw("1.50"), {"a": []}))
        extension.setdefault(RNG.choice(("sid", "comment", "imphash", "pdfid0")), None)
    return extension


def binary():
    section = lambda: {"name": text(), **some(size=count, entropy=number, hashes=hashes)}
    return {"pe_type": "exe", **some(
        imphash=text, number_of_sections=count, time_date_stamp=time, machine_hex=lambda: hexadecimal(4),
        file_header_hashes=hashes, sections=lambda: [section() for _ in range(RNG.randint(1, 2))],
        optional_header=lambda: some(magic_hex=lambda: hexadecimal(4), size_of_code=count, image_base=count, hashes=hashes),
    )}


FILE_EXTENSIONS = {
    "windows-pebinary-ext": binary,
    "pdf-ext": lambda: some(version=text, is_optimized=lambda: chance(0.5), document_info_dict=lambda: dictionary(text)),
    "archive-ext": lambda: {"contains_refs": [reference("file", "directory")], "comment": text()},
    "raster-image-ext": lambda: some(image_height=count, exif_tags=lambda: dictionary(lambda: RNG.choice((text(), 7)))),
    "ntfs-ext": lambda: {"alternate_data_streams": [{"name": text(), **some(hashes=hashes, size=count)}]},
}
TRAFFIC_EXTENSIONS = {
    "http-request-ext": lambda: {"request_method": "get", "request_value": text(), **some(
        request_version=text, request_header=lambda: dictionary(lambda: [text()]), message_body_length=count)},
    "tcp-ext": lambda: some(src_flags_hex=lambda: hexadecimal(8), dst_flags_hex=lambda: hexadecimal(8)),
    "icmp-ext": lambda: {"icmp_type_hex": hexadecimal(2), "icmp_code_hex": hexadecimal(2)},
    "socket-ext": lambda: {"address_family": "AF_INET", **some(is_blocking=lambda: chance(0.5), socket_handle=count)},
}


def extensions(predefined):
    def make():
        chosen = RNG.sample(sorted(predefined), RNG.randint(0, 2))
        made = {name: stray(predefined[name]()) for name in chosen}
        return made | own_extension() if not made or chance(0.4) else made

    return make


def traffic():
    return {"protocols": [RNG.choice(("tcp", "http", "x-\u00e9"))], "is_active": False, "src_ref": reference("ipv4-addr", "domain-name"), **some(
        start=lambda: time(RNG.randint(1000, 1999)), end=lambda: time(RNG.randint(2000, 9999)), src_port=lambda: RNG.randint(0, 65535),
        dst_port=lambda: RNG.randint(0, 65535), dst_ref=lambda: reference("ipv6-addr"), src_byte_count=count,
        extensions=extensions(TRAFFIC_EXTENSIONS))}


TYPES = {
    "artifact": lambda: {"url": "https://example.com/", "hashes": hashes()} if chance(0.5) else {"payload_bin": "AAEC/w=="},
    "autonomous-system": lambda: {"number": count(), **some(name=text, rir=text)},
    "directory": lambda: {"path": text(), **some(ctime=time, path_enc=text)},
    "domain-name": lambda: {"value": text()},
    "email-addr": lambda: {"value": text(), **some(display_name=text)},
    "email-message": lambda: {"is_multipart": False, **some(
        **{"from_ref": lambda: reference("email-addr"), "subject": text, "body": text, "date": time})},
    "file": lambda: {RNG.choice(("name", "name_enc")): text()} | some(hashes=hashes, name=text, size=count, parent_directory_ref=lambda: reference("directory"),
                         extensions=extensions(FILE_EXTENSIONS), mtime=time),
    "ipv4-addr": lambda: {"value": text()},
    "ipv6-addr": lambda: {"value": text()},
    "mac-addr": lambda: {"value": text()},
    "mutex": lambda: {"name": text()},
    "network-traffic": traffic,
    "process": lambda: some(pid=count, cwd=text, created_time=time),
    "software": lambda: {"name": text(), **some(cpe=text, swid=text, vendor=text, version=text, languages=lambda: ["en"])},
    "url": lambda: {"value": text()},
    "user-account": lambda: some(account_type=text, user_id=text, account_login=text, account_created=time),
    "windows-registry-key": lambda: some(key=text, modified_time=time, values=lambda: [
        some(name=text, data=text, data_type=lambda: RNG.choice(("REG_SZ", "REG_DWORD"))) for _ in range(RNG.randint(1, 3))]),
    "x509-certificate": lambda: some(hashes=hashes, serial_number=text, issuer=text, validity_not_before=time),
}
# What stix2 says of objects that it reads and that have no canonical form.
NO_CANONICAL_FORM = ("Invalid JSON number", "Illegal null value", "surrogates not allowed", "too large to convert to float")


def identify(sent):
    """The identifier, and why there is none. Raises an error if stix2 does not read the object."""
    try:
        id_ = stix2.parse(sent, allow_custom=True, version="2.1").id
    except (ValueError, OverflowError) as error:
        if any(known in str(error) for known in NO_CANONICAL_FORM):
            return None, str(error)
        raise
    return (None, "it follows from nothing") if id_.split("--")[1][14] == "4" else (id_, None)


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    print(json.dumps({"stix2": stix2.__version__}))
    refused = {}
    for type_, make in TYPES.items():
        for _ in range(CASES_OF_A_TYPE * (5 if type_ in ("file", "network-traffic") else 1)):
            members = list(make().items())
            if chance(0.05):
                members.append(("x_own", anything()))
            sent = {"type": type_, "spec_version": "2.1", **dict(members)}
            try:
                id_, why = identify(written := emit(sent))
            except Exception as error:
                refused[type_] = refused.get(type_, []) + [str(error)]
                continue
            named = f'{{"id": "{type_}--0", {written[1:]}'
            print(f'{{"id": {json.dumps(id_)}, "why": {json.dumps(why)}, "object": {named}}}')
    for type_, errors in refused.items():
        print(f"{type_}: {len(errors)} refused, the last one with {errors[-1]!r}", file=sys.stderr)


if __name__ == "__main__":
    main()
