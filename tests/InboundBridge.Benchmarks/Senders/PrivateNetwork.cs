using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.InteropServices;

namespace InboundBridge.Benchmarks.Senders;

/// <summary>
/// A network of this process and its children alone, in which a client has an address of the Internet (checks pass over loopback
/// addresses), and in which resolv.conf names the harness's own DNS server. Nothing outside changes, and no question leaves the machine.
/// </summary>
internal static partial class PrivateNetwork
{
    private const string Variable = "INBOUNDBRIDGE_BENCHMARK_NETWORK";

    /// <summary>
    /// $1 is the new resolv.conf; the rest is the command. The addresses are reached without belonging to an interface: Haraka checks no
    /// client whose address does.
    /// </summary>
    private const string Setup =
        """
        set -e
        ip link set lo up
        ip route add local 198.18.0.0/24 dev lo
        mount --bind "$1" "$(readlink -f /etc/resolv.conf)"
        shift
        exec "$@"
        """;

    /// <summary>
    /// From here mail comes, since the servers are reached there. RFC 2544 keeps this network for benchmarks; Haraka does not check clients
    /// from those that RFC 5737 keeps for examples.
    /// </summary>
    public static IPAddress Client { get; } = new([198, 18, 0, 25]);

    /// <summary>Where DNS is asked. Not a loopback address: opendkim's resolver, libunbound, asks none.</summary>
    public static IPAddress Nameserver { get; } = new([198, 18, 0, 53]);

    public static bool IsInside => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>Begins this program anew inside of it, with the same arguments, in place of this process. Nothing inside.</summary>
    /// <exception cref="InvalidOperationException">There is no unshare(1), or this is not root.</exception>
    public static void Enter()
    {
        if (IsInside)
            return;
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            throw new InvalidOperationException("only root can make a network of its own for the checks");
        var resolver = Path.Combine(Directory.CreateTempSubdirectory("senders-").FullName, "resolv.conf");
        File.WriteAllText(resolver, $"nameserver {Nameserver}\n");
        // The program and every server that it starts run as several users.
        File.SetUnixFileMode(Path.GetDirectoryName(resolver)!, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(resolver, (UnixFileMode)0b110_100_100);
        Replace([
            "env", $"{Variable}=1", "unshare", "--mount", "--net", "/bin/sh", "-c", Setup, "sh", resolver,
            .. Command(Environment.ProcessPath!, Environment.GetCommandLineArgs())]);
    }

    /// <summary>The words that start this program again: a .dll needs dotnet before it.</summary>
    /// <param name="words">The first names the program.</param>
    internal static string[] Command(string process, string[] words) =>
        Path.GetFileName(process) == "dotnet" ? [process, .. words] : [process, .. words[1..]];

    [DoesNotReturn]
    private static void Replace(string[] command)
    {
        _ = Execute(command[0], [.. command, null]);
        throw new InvalidOperationException($"{command[0]}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "execvp", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string file, string?[] arguments);
}
