using System.Runtime.InteropServices;

namespace InboundBridge.Rules.Scripting.Confinement;

/// <summary>
/// A seccomp filter over all threads of the worker (seccomp(2)): no sockets, no programs, no processes, no look into other processes or
/// signals to them, no changes to files. What it refuses fails with EPERM, as if the user were not allowed to. Where the kernel has no
/// filters, the worker runs without.
/// </summary>
internal static unsafe class SyscallFilter
{
    private const int SetModeFilter = 1;
    private const int AllThreads = 1;

    private const ushort Load = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfAnyBit = 0x45;
    private const ushort Return = 0x06;

    private const uint Allow = 0x7FFF0000;
    private const uint Deny = 0x00050000 | 1;
    private const uint NoSuchCall = 0x00050000 | 38;

    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint FirstArgument = 16;
    private const uint ArgumentSize = 8;

    private const uint CloneThread = 0x10000;

    /// <summary>O_WRONLY, O_RDWR, O_CREAT, O_TRUNC.</summary>
    private const uint ForWriting = 0x1 | 0x2 | 0x40 | 0x200;

    /// <summary>Numbers of the x32 interface begin here: other numbers for the same calls.</summary>
    private const uint OtherInterface = 0x40000000;

    public static void Install()
    {
        var numbers = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? SyscallNumbers.Arm64 : SyscallNumbers.X64;
        var steps = Build(numbers, (uint)Environment.ProcessId);
        fixed (Step* first = steps)
        {
            var program = new FilterProgram { Length = (ushort)steps.Length, Steps = first };
            _ = LinuxCalls.Call(LinuxCalls.Seccomp, SetModeFilter, AllThreads, (nint)(&program));
        }
    }

    private static Step[] Build(SyscallNumbers numbers, uint process)
    {
        var steps = new List<Step>
        {
            new(Load, 0, 0, ArchitectureOffset),
            new(JumpIfEqual, 1, 0, numbers.Architecture),
            new(Return, 0, 0, Deny),
            new(Load, 0, 0, NumberOffset),
            new(JumpIfAtLeast, 0, 1, OtherInterface),
            new(Return, 0, 0, Deny),
        };
        foreach (var number in numbers.Denied)
            steps.AddRange([new(JumpIfEqual, 0, 1, number), new(Return, 0, 0, Deny)]);
        // Newer calls, whose arguments are in memory where a filter can't see them. The C
        // library tries them first and falls back to the older calls.
        foreach (var number in numbers.Unknown)
            steps.AddRange([new(JumpIfEqual, 0, 1, number), new(Return, 0, 0, NoSuchCall)]);
        // Creating a thread is allowed: it is not a new process.
        steps.AddRange(
        [
            new(JumpIfEqual, 0, 4, numbers.Spawn), new(Load, 0, 0, FirstArgument), new(JumpIfAnyBit, 1, 0, CloneThread),
                new(Return, 0, 0, Deny), new(Return, 0, 0, Allow),
            new(JumpIfEqual, 0, 4, numbers.SignalThread), new(Load, 0, 0, FirstArgument), new(JumpIfEqual, 1, 0, process),
            new(Return, 0, 0, Deny), new(Return, 0, 0, Allow),
        ]);
        foreach (var (number, argument) in numbers.Opening)
        {
            steps.AddRange(
            [
                new(JumpIfEqual, 0, 4, number), new(Load, 0, 0, FirstArgument + (ArgumentSize * argument)),
                    new(JumpIfAnyBit, 0, 1, ForWriting),
                new(Return, 0, 0, Deny), new(Return, 0, 0, Allow),
            ]);
        }
        steps.Add(new(Return, 0, 0, Allow));
        return [.. steps];
    }

    /// <summary>struct sock_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Step(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public Step* Steps;
    }
}
