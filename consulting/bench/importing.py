"""What importing H5P packages costs: measured inside one process of our site, which prints it."""

import io
import resource
import tempfile
import time
from pathlib import Path

from django.utils import timezone

from courses.h5p import services, storage
from courses.h5p.services import PackageRefused

from .packages import hostile_packages, write_large_package

FILES, SIZE = 1500, 60 * 2**20
PROC = Path("/proc/self")


def import_everything() -> dict:
    """The large package, and then every hostile one: seconds, memory, and what was left behind."""
    with tempfile.TemporaryDirectory(prefix="zugang-bench-") as folder:
        large = Path(folder) / "large.h5p"
        write_large_package(large, files=FILES, size=SIZE)
        return {"large": _large(large), "hostile": [_hostile(name, data) for name, data in hostile_packages()]}


def _large(path: Path) -> dict:
    idle = _memory("VmRSS")
    (PROC / "clear_refs").write_text("5")  # the peak counts from here
    begun, cpu = time.perf_counter(), _cpu()
    content = take_in(path)
    return {
        "bytes": path.stat().st_size,
        "files": len(content.files) + len(storage.files_under(storage.h5p_storage(), content.library.prefix)),
        "cpu_seconds": _cpu() - cpu,
        "seconds": time.perf_counter() - begun,
        "memory_mb": (_memory("VmHWM") - idle) / 1024,
    }


def _hostile(name: str, data: bytes) -> dict:
    package = io.BytesIO(data)
    package.name = "hostile.h5p"
    before, begun = _stored(), time.perf_counter()
    try:
        take_in(package)
    except PackageRefused as refusal:
        code = refusal.errors[0].code
    else:
        code = ""
    seconds = time.perf_counter() - begun
    return {"name": name, "code": code, "seconds": seconds, "left": len(_stored() ^ before)}


def take_in(file: Path | io.BytesIO):
    return services.import_package(file=file, uploaded_by_key="", may_install_libraries=True, at=timezone.now())


def _stored() -> set[str]:
    place = storage.h5p_storage()
    temporary = {str(path) for path in Path(tempfile.gettempdir()).glob("zugang-bench-*/*")}
    return {*storage.files_under(place, "libraries"), *storage.files_under(place, "contents"), *temporary}


def _cpu() -> float:
    """Seconds of this process, in user space and in the kernel."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _memory(name: str) -> int:
    """Kilobytes that the kernel names so."""
    lines = (PROC / "status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
