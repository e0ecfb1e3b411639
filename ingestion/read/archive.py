"""Office files are zip archives of XML: both are opened here, with limits, without entities and without network."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Final

from lxml import etree

from ingestion.errors import UnreadableFileError

ZIP_MARK: Final = b"PK\x03\x04"

#: Bytes that an archive may hold when unpacked, in all and in one member.
MAX_UNPACKED_BYTES: Final = 400 * 1024 * 1024
MAX_MEMBER_BYTES: Final = 200 * 1024 * 1024
#: An honest sheet shrinks to a twentieth; a bomb to a thousandth. Small members may shrink as they like.
MAX_RATIO: Final = 300
RATIO_COUNTS_FROM: Final = 10 * 1024 * 1024
MAX_MEMBERS: Final = 20_000

_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


class Archive:
    """A zip archive in memory; every access is checked against the limits above."""

    def __init__(self, data: bytes, file_name: str) -> None:
        self._file_name = file_name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except _BROKEN as error:
            raise UnreadableFileError(
                file_name, "压缩结构损坏或不完整，请重新导出后报送 (broken or truncated archive)"
            ) from error
        unpacked = sum(info.file_size for info in infos)
        if unpacked > MAX_UNPACKED_BYTES or len(infos) > MAX_MEMBERS:
            raise UnreadableFileError(
                file_name,
                f"解压后 {unpacked} 字节、{len(infos)} 个成员，"
                f"上限 {MAX_UNPACKED_BYTES} 字节、{MAX_MEMBERS} 个 (archive too large)",
            )
        if unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * len(data):
            raise UnreadableFileError(
                file_name, f"压缩比 {unpacked // len(data)} 倍，上限 {MAX_RATIO} 倍，疑似压缩炸弹 (compression bomb)"
            )

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the archive's members."""
        return frozenset(self._zip.namelist())

    def read(self, member: str) -> bytes:
        """The bytes of a member; it may not unpack to more than it declares."""
        if member not in self.names:
            raise UnreadableFileError(self._file_name, f"缺少部件 {member} (missing part)")
        info = self._zip.getinfo(member)
        if info.flag_bits & 1:
            raise UnreadableFileError(self._file_name, "压缩包有密码，请去除密码后重新报送 (password-protected)")
        limit = min(info.file_size, MAX_MEMBER_BYTES)
        try:
            with self._zip.open(info) as stream:
                data = stream.read(limit + 1)
        except _BROKEN as error:
            raise UnreadableFileError(self._file_name, f"部件 {member} 损坏 (broken part)") from error
        if len(data) > limit:
            raise UnreadableFileError(self._file_name, f"部件 {member} 超过上限 {limit} 字节 (part too large)")
        return data

    def xml(self, member: str) -> etree._Element:
        """The root of an XML member, parsed without entities, document types or network."""
        return parse_xml(self.read(member), member, self._file_name)

    def optional_xml(self, member: str) -> etree._Element | None:
        """The root of an XML member, or None where the archive has none."""
        return self.xml(member) if member in self.names else None


def member_names(data: bytes) -> frozenset[str]:
    """The names in an archive, for telling kinds apart; empty for anything that is not a readable archive."""
    if not data.startswith(ZIP_MARK):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist()[:MAX_MEMBERS])
    except _BROKEN:
        return frozenset()


def parse_xml(data: bytes, member: str, file_name: str) -> etree._Element:
    """Parse XML; a document type declaration (the carrier of entities) is refused, as Office never writes one."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFileError(file_name, f"部件 {member} 不是完整的 XML (broken XML part)") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFileError(file_name, f"部件 {member} 含有文档类型声明，拒绝解析 (document type refused)")
    return root


def local(element: etree._Element) -> str:
    """An element's name without its namespace: transitional and strict Office files differ only in that."""
    tag = element.tag
    return _bare(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute by its name without namespace."""
    direct = element.get(name)
    if direct is not None:
        return str(direct)
    return next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), None)


def children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """The children of a name, namespace ignored."""
    if element is not None:
        yield from element.iterchildren(f"{{*}}{name}")


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of a name, or None."""
    return None if element is None else next(element.iterchildren(f"{{*}}{name}"), None)


def value(element: etree._Element | None, name: str) -> str | None:
    """The `val` of a property element's child (w:outlineLvl, w:numFmt …); None where it is absent."""
    found = child(element, name)
    return attribute(found, "val") if found is not None else None


def whole(text: str | None, missing: int = 0) -> int:
    """A whole number of an attribute, at most nine digits; `missing` for anything that is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else missing
