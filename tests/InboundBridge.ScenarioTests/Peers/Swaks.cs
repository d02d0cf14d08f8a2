using System.Text;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Sends a message with swaks, a client for testing SMTP.</summary>
internal static class Swaks
{
    /// <param name="options">Options of swaks, for example <c>--tls</c> or <c>--pipeline</c>.</param>
    public static Task<PeerResult> SendAsync(int port, byte[] mail, string from, string[] to, params string[] options) =>
        SendAsync(["--server", "127.0.0.1", "--port", $"{port}", .. options], mail, from, to);

    public static Task<PeerResult> SendLmtpAsync(string socket, byte[] mail, string from, string[] to) =>
        SendAsync(["--socket", socket, "--protocol", "LMTP"], mail, from, to);

    private static async Task<PeerResult> SendAsync(string[] options, byte[] mail, string from, string[] to)
    {
        var swaks = PeerPrograms.Find("swaks", "swaks");
        string[] arguments =
            [.. options, "--helo", "swaks.test", "--from", from, "--to", string.Join(',', to), "--data", "-", "--timeout", "60s"];
        return await PeerProcess.RunAsync("swaks", swaks, arguments, AsSwaksReadsIt(mail));
    }

    // swaks converts every line end to CRLF, stuffs dots, and adds a final line end.
    private static byte[] AsSwaksReadsIt(byte[] mail) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(mail).Replace("\r\n", "\n", StringComparison.Ordinal)[..^1]);
}
