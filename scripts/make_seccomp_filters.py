"""Make the worker's seccomp filters with libseccomp, one file an architecture.

Usage: python scripts/make_seccomp_filters.py [FOLDER]

Needs the shared library of libseccomp 2.5 or later (Debian: libseccomp2). The files are part of
the package, so that only who changes a rule runs this; tests/sandbox/test_sandbox_seccomp.py
makes them again and compares.

Everything is allowed but what is listed here: a list of what is allowed would break with each
libc. Refusals are EPERM, so that NumPy degrades instead of dying; a call of another
architecture's interface ends the process.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "gradcheck" / "sandbox" / "worker" / "lockdown"

ALLOW, EPERM, KILL_PROCESS = 0x7FFF0000, 0x00050001, 0x80000000
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
OWN = 0
"""libseccomp's number of the architecture it runs on."""
ON_BAD_ARCHITECTURE, OPTIMIZE = 2, 8
"""Attributes of a filter; optimized, a call costs a search by halves."""
NOT_EQUAL, EQUAL, MASKED = 1, 4, 7

DENIED = {
    "sockets": "socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg",
    "processes": "clone clone3 fork vfork execve execveat setsid setpgid",
    "signals": "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal",
    "other processes": "ptrace process_vm_readv process_vm_writev process_madvise "
    "process_mrelease pidfd_open pidfd_getfd kcmp setpriority ioprio_set sched_setaffinity "
    "sched_setattr sched_setparam sched_setscheduler migrate_pages move_pages",
    "namespaces and mounts": "unshare setns mount umount umount2 pivot_root chroot move_mount "
    "open_tree fsopen fsconfig fsmount fspick mount_setattr name_to_handle_at "
    "open_by_handle_at",
    "kernel": "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register "
    "kexec_load kexec_file_load init_module finit_module delete_module reboot swapon swapoff "
    "syslog acct quotactl quotactl_fd personality iopl ioperm modify_ldt vhangup settimeofday "
    "clock_settime clock_adjtime adjtimex sethostname setdomainname lookup_dcookie nfsservctl",
    "keys and messages": "add_key request_key keyctl shmget shmat shmdt shmctl msgget msgsnd "
    "msgrcv msgctl semget semop semtimedop semctl mq_open mq_unlink mq_timedsend "
    "mq_timedreceive mq_notify mq_getsetattr memfd_secret",
    "what files are": "chmod fchmod fchmodat chown fchown fchownat lchown utime utimes futimesat "
    "utimensat setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr mknod "
    "mknodat link linkat symlink symlinkat",
    "files as a channel": "flock inotify_init inotify_init1 inotify_add_watch fanotify_init "
    "fanotify_mark",
    "users": "setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups "
    "capset",
}  # fmt: skip
FCNTL = {
    "F_SETLK": 6, "F_SETLKW": 7, "F_SETOWN": 8, "F_SETSIG": 10, "F_SETOWN_EX": 15,
    "F_OFD_SETLK": 37, "F_OFD_SETLKW": 38, "F_SETLEASE": 1024, "F_NOTIFY": 1026,
}  # fmt: skip
IOCTL = {"TIOCSTI": 0x5412, "TIOCLINUX": 0x541C, "TIOCSETD": 0x5423, "FIOASYNC": 0x5452,
         "FIOSETOWN": 0x8901, "SIOCSPGRP": 0x8902}  # fmt: skip
PRCTL = {"PR_SET_PDEATHSIG": 1, "PR_SET_DUMPABLE": 4, "PR_SET_PTRACER": 0x59616D61}
LOW_HALF = 0xFFFFFFFF
"""The kernel reads these commands as 32-bit numbers, whatever stands above."""


class Comparison(ctypes.Structure):
    """``struct scmp_arg_cmp``."""

    _fields_ = [
        ("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    ]  # fmt: skip


def library() -> ctypes.CDLL | None:
    """Return libseccomp; None where there is none."""
    name = ctypes.util.find_library("seccomp")
    if name is None:
        return None
    found = ctypes.CDLL(name)
    found.seccomp_init.restype = ctypes.c_void_p
    return found


def made(seccomp: ctypes.CDLL, architecture: str) -> bytes:
    """Return the filter of an architecture."""
    context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(ALLOW)))
    if not context:
        raise SystemExit("libseccomp gives no filter")
    token = ctypes.c_uint32(ARCHITECTURES[architecture])
    if seccomp.seccomp_arch_exist(context, token):  # it isn't this machine's own
        _done(seccomp.seccomp_arch_add(context, token))
        _done(seccomp.seccomp_arch_remove(context, ctypes.c_uint32(OWN)))
    _done(seccomp.seccomp_attr_set(context, ON_BAD_ARCHITECTURE, ctypes.c_uint32(KILL_PROCESS)))
    _done(seccomp.seccomp_attr_set(context, OPTIMIZE, ctypes.c_uint32(2)))

    def deny(name: str, *comparisons: Comparison) -> None:
        number = seccomp.seccomp_syscall_resolve_name_rewrite(token, name.encode())
        if number < 0:  # this architecture or this libseccomp doesn't know it
            return
        array = (Comparison * max(1, len(comparisons)))(*comparisons)
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        _done(seccomp.seccomp_rule_add_array(
            context, ctypes.c_uint32(EPERM), number, len(comparisons), array))  # fmt: skip

    for names in DENIED.values():
        for name in names.split():
            deny(name)
    for name, index, commands in (("fcntl", 1, FCNTL), ("ioctl", 1, IOCTL), ("prctl", 0, PRCTL)):
        for value in commands.values():
            deny(name, Comparison(index, MASKED, LOW_HALF, value))
    deny("prlimit64", Comparison(0, NOT_EQUAL, 0, 0))
    with tempfile.TemporaryFile() as file:
        _done(seccomp.seccomp_export_bpf(context, file.fileno()))
        file.seek(0)
        instructions = file.read()
    seccomp.seccomp_release(context)
    return instructions


def _done(answer: int) -> None:
    if answer:
        raise SystemExit(f"libseccomp refuses: error {-answer}")


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    seccomp = library()
    if seccomp is None:
        raise SystemExit("there is no libseccomp here (Debian: apt-get install libseccomp2)")
    for architecture in ARCHITECTURES:
        path = folder / f"seccomp-{architecture}.bpf"
        path.write_bytes(made(seccomp, architecture))
        print(f"{path.name}: {path.stat().st_size // 8} instructions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
