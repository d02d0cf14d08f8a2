namespace InboundBridge.Rules.Scripting.Confinement;

/// <summary>Numbers of system calls (arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux).</summary>
internal sealed record SyscallNumbers
{
    /// <summary>The numbers that all architectures share since 5.1: pidfd_send_signal, io_uring (3), pidfd_open, pidfd_getfd.</summary>
    private static readonly uint[] Common = [424, 425, 426, 427, 434, 438];

    /// <summary>AUDIT_ARCH_….</summary>
    public required uint Architecture { get; init; }

    public required uint[] Denied { get; init; }

    /// <summary>clone3, openat2.</summary>
    public uint[] Unknown { get; } = [435, 437];

    /// <summary>clone, with which threads and processes are made.</summary>
    public required uint Spawn { get; init; }

    /// <summary>tgkill, with which the runtime stops its own threads.</summary>
    public required uint SignalThread { get; init; }

    /// <summary>open and openat, with the argument that holds the flags.</summary>
    public required (uint Number, uint Argument)[] Opening { get; init; }

    public static SyscallNumbers X64 { get; } = new()
    {
        Architecture = 0xC000003E,
        Denied =
        [
            .. Common,
            41, 42, 43, 49, 50, 53, 288, // socket, connect, accept, bind, listen, socketpair, accept4
            57, 58, 59, 322, // fork, vfork, execve, execveat
            62, 200, 129, 297, // kill, tkill, rt_sigqueueinfo, rt_tgsigqueueinfo
            101, 310, 311, // ptrace, process_vm_readv, process_vm_writev
            155, 161, 165, 166, 272, 308, // pivot_root, chroot, mount, umount2, unshare, setns
            298, 321, 323, 248, 249, 250, // perf_event_open, bpf, userfaultfd, add_key, request_key, keyctl
            169, 175, 176, 246, 313, 304, // reboot, init_module, delete_module, kexec_load, finit_module, open_by_handle_at
            76, 82, 83, 84, 85, 86, 87, 88, 90, 92, 94, 133,
                // truncate, rename, mkdir, rmdir, creat, link, unlink, symlink, chmod, chown, lchown, mknod
            258, 259, 260, 263, 264, 265, 266, 268, 316,
                // mkdirat, mknodat, fchownat, unlinkat, renameat, linkat, symlinkat, fchmodat, renameat2
        ],
        Spawn = 56,
        SignalThread = 234,
        Opening = [(2, 1), (257, 2)],
    };

    public static SyscallNumbers Arm64 { get; } = new()
    {
        Architecture = 0xC00000B7,
        Denied =
        [
            .. Common,
            198, 199, 200, 201, 202, 203, 242, // socket, socketpair, bind, listen, accept, connect, accept4
            221, 281, // execve, execveat
            129, 130, 138, 240, // kill, tkill, rt_sigqueueinfo, rt_tgsigqueueinfo
            117, 270, 271, // ptrace, process_vm_readv, process_vm_writev
            39, 40, 41, 51, 97, 268, // umount2, mount, pivot_root, chroot, unshare, setns
            217, 218, 219, 241, 280, 282, // add_key, request_key, keyctl, perf_event_open, bpf, userfaultfd
            104, 105, 106, 142, 265, 273, // kexec_load, init_module, delete_module, reboot, open_by_handle_at, finit_module
            33, 34, 35, 36, 37, 38, 45, 53, 54, 276,
                // mknodat, mkdirat, unlinkat, symlinkat, linkat, renameat, truncate, fchmodat, fchownat, renameat2
        ],
        Spawn = 220,
        SignalThread = 131,
        Opening = [(56, 2)],
    };
}
