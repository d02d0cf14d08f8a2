using System.Text;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// A private clamd on a port and a unix socket. Its package would bring a service that downloads signatures, so it is only unpacked; its
/// one signature is ours.
/// </summary>
internal sealed class Clamd : IAsyncDisposable
{
    /// <summary>What it takes for a virus.</summary>
    public const string Virus = "OUR-VIRUS-TEST-SIGNATURE";

    /// <summary>clamd adds UNOFFICIAL to names of signatures that are not ClamAV's.</summary>
    public const string VirusName = "Our.Test.UNOFFICIAL";

    private readonly PeerProcess _process;

    private Clamd(PeerProcess process, int port, string socket)
    {
        _process = process;
        Port = port;
        Socket = socket;
    }

    public int Port { get; }

    public string Socket { get; }

    public string Log => _process.Log;

    /// <param name="largest">StreamMaxLength: a larger mail is answered with an error.</param>
    public static Task<Clamd> StartAsync(PeerFolder folder, string largest = "25M") => FreePort.WithAsync(1, async ports =>
    {
        PeerPrograms.NeedRoot("clamd");
        var program = PeerPrograms.FindUnpacked("usr/sbin/clamd", "clamav-daemon");
        var home = folder.CreateFolder($"clamd-{ports[0]}");
        var signatures = folder.CreateFolder($"clamd-{ports[0]}/signatures");
        folder.Write($"clamd-{ports[0]}/signatures/our.ndb", $"Our.Test:0:*:{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Virus))}\n");
        var socket = Path.Combine(home, "socket");
        var configuration = folder.Write($"clamd-{ports[0]}/clamd.conf", $"""
            Foreground yes
            User root
            DatabaseDirectory {signatures}
            TemporaryDirectory {home}
            TCPSocket {ports[0]}
            TCPAddr 127.0.0.1
            LocalSocket {socket}
            StreamMaxLength {largest}

            """);
        var process = PeerProcess.Start("clamd", program, ["-c", configuration], home);
        await process.ListeningAsync(async () => await FreePort.AnswersAsync(ports[0]) && File.Exists(socket));
        return new Clamd(process, ports[0], socket);
    });

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
