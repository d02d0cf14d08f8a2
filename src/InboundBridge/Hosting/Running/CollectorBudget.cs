using System.Runtime.InteropServices;
using System.Text;

namespace InboundBridge.Hosting.Running;

/// <summary>
/// How much the garbage collector lets us allocate between two collections. By default the runtime takes a size that it derives from the
/// processor's caches. Virtual machines hide these, and with 1 or 2 MB a mail costs a sixth more processor time. The runtime reads this
/// setting from the environment alone, and only at its start. So the program sets it and executes itself again, once: the process keeps
/// its id, its files and its arguments (execve(2)).
/// </summary>
internal static class CollectorBudget
{
    /// <summary>Read by the runtime; hexadecimal octets. An operator's own value is left alone.</summary>
    internal const string Variable = "DOTNET_GCgen0size";

    /// <summary>16 MB, the same as System.GC.Gen0MaxBudget.</summary>
    internal const string Octets = "1000000";

    private static readonly string[] Names = [Variable, "COMPlus_GCgen0size"];

    /// <summary>Returns if nothing has to be set, and where the program can't execute itself; then it runs on with the default.</summary>
    public static void Apply()
    {
        if (!OperatingSystem.IsLinux() || Names.Any(name => Environment.GetEnvironmentVariable(name) is not null)
            || Environment.ProcessPath is not { } program || ReadArguments() is not { Count: > 0 } arguments)
            return;
        // The environment of the C library, which execv passes on: .NET keeps a copy of its own.
        if (SetVariable(ToC(Variable), ToC(Octets), overwrite: 1) == 0)
            _ = Execute(ToC(program), [.. arguments.Select(argument => ToC(argument)), 0]);
    }

    /// <summary>The arguments as the kernel has them, in octets of any charset; the first one names the program.</summary>
    /// <param name="commandLine">Each argument ends with a zero.</param>
    internal static List<byte[]> Split(ReadOnlySpan<byte> commandLine)
    {
        var arguments = new List<byte[]>();
        while (commandLine.IndexOf((byte)0) is >= 0 and var end)
        {
            arguments.Add(commandLine[..end].ToArray());
            commandLine = commandLine[(end + 1)..];
        }
        return arguments;
    }

    /// <summary>Empty where /proc is missing.</summary>
    private static List<byte[]> ReadArguments()
    {
        try
        {
            return Split(File.ReadAllBytes("/proc/self/cmdline"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static nint ToC(string text) => ToC(Encoding.UTF8.GetBytes(text));

    /// <summary>Memory that is not freed: a successful execv drops all of it.</summary>
    private static nint ToC(byte[] octets)
    {
        var memory = Marshal.AllocHGlobal(octets.Length + 1);
        Marshal.Copy(octets, 0, memory, octets.Length);
        Marshal.WriteByte(memory, octets.Length, 0);
        return memory;
    }

    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable(nint name, nint value, int overwrite);

    [DllImport("libc", EntryPoint = "execv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Execute(nint path, nint[] arguments);
}
