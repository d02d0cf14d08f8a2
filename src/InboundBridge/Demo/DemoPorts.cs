using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Demo;

/// <summary>The ports that the documentation names for the demo; 0 (any free port) where another program has one.</summary>
internal sealed record DemoPorts(int Smtp, int Http)
{
    private const int UsualSmtp = 2525;

    private const int UsualHttp = 8080;

    public static DemoPorts Find() => new(FreeOr(UsualSmtp), FreeOr(UsualHttp));

    /// <summary>Says which usual port is taken, where the demo is instead, and how to choose another port.</summary>
    /// <param name="set">What the command line overrides.</param>
    /// <param name="smtp">Where the demo listens.</param>
    /// <param name="http">As <paramref name="smtp"/>.</param>
    public IEnumerable<string> Notes(IReadOnlyList<string> set, string smtp, string http)
    {
        if (Http == 0 && !set.Any(each => each.StartsWith("http", StringComparison.OrdinalIgnoreCase)))
            yield return Note(UsualHttp, $"the web UI is at {http}", "http.listen");
        if (Smtp == 0 && !set.Any(each => each.StartsWith("smtp", StringComparison.OrdinalIgnoreCase)))
            yield return Note(UsualSmtp, $"SMTP is at {smtp}", "smtp.listeners.0.address");
    }

    /// <summary>What to do where a port that the command line names is taken.</summary>
    public static string Refusal(string why) =>
        $"the demo can't start: {why}. --set http.listen=127.0.0.1:PORT and --set smtp.listeners.0.address=127.0.0.1:PORT choose its ports; "
        + "without them it takes free ones";

    /// <returns>0 if the port is in use.</returns>
    internal static int FreeOr(int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return port;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static string Note(int usual, string instead, string key) =>
        $"port {usual} is in use by another program, so {instead}; --set {key}=127.0.0.1:PORT chooses a port";
}
