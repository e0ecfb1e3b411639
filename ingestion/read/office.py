"""LibreOffice as a converter of documents that no reader of ours takes, where it is installed.

It runs without a window, with a profile folder of its own that is deleted afterwards, with macros, updates of links
and proxies for the network switched off, and it is ended when its time is up.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from ingestion.errors import MissingToolError, UnreadableFileError

MAX_SECONDS: Final = 90
_PROGRAMS: Final = ("soffice", "libreoffice")
#: Target extensions and the filters that write them.
_FILTERS: Final = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}

#: What the profile forbids: macros (3 = never unless signed and trusted), links that fetch, a network without proxy.
_SETTINGS: Final = (
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def converted(data: bytes, name: str, extension: str, target: str) -> bytes:
    """The document as docx or xlsx (`target`); `extension` is the one that its content has by rights.

    Raises MissingToolError where LibreOffice is not installed and UnreadableFileError where it fails.
    """
    program = next((found for p in _PROGRAMS if (found := shutil.which(p))), None)
    if program is None:
        raise MissingToolError(
            name,
            f"读取 {extension.removeprefix('.')} 需要本机装有 LibreOffice（soffice），现未安装；"
            f"请安装，或另存为 {target} 后报送 (LibreOffice is not installed)",
        )
    with tempfile.TemporaryDirectory(prefix="xushi-office-") as folder:
        place = Path(folder)
        source, made = place / f"document{extension}", place / "out" / f"document.{target}"
        source.write_bytes(data)
        _write_profile(place / "profile")
        command = [
            program,
            f"-env:UserInstallation={(place / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
            *("--convert-to", _FILTERS[target], "--outdir", str(made.parent), str(source)),
        ]
        _run(command, place, name, target)
        if not made.is_file():
            raise UnreadableFileError(
                name,
                f"LibreOffice 无法打开：文件损坏、不完整或有密码，请另存为 {target} 后报送 (conversion failed)",
            )
        return made.read_bytes()


def _run(command: list[str], folder: Path, name: str, target: str) -> None:
    """Run to the end or to the end of its time, then end all that it started."""
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    try:
        process = subprocess.Popen(  # noqa: S603 - a fixed program, the file's name is ours
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UnreadableFileError(name, f"LibreOffice 无法启动 (cannot be started): {error.strerror}") from error
    try:
        process.wait(MAX_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(
            name, f"LibreOffice 转换超过 {MAX_SECONDS} 秒上限，请另存为 {target} 后报送 (conversion took too long)"
        ) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """soffice is a script that starts the real program: the whole session is ended."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    finally:
        process.wait()


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{setting}</value></prop></item>'
        for path, name, setting in _SETTINGS
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )


__all__ = ["MAX_SECONDS", "converted"]
