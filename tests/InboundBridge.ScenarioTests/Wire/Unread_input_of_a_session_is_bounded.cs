using System.Net;
using System.Net.Sockets;
using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Wire;

/// <summary>
/// While a session waits for something slow, its client may keep sending. Only a few octets may accumulate for each connection.
/// </summary>
public sealed class Unread_input_of_a_session_is_bounded : IDisposable
{
    private const int Offered = 4 * 1024 * 1024;

    /// <summary>256 KB in the appliance, and what the kernel buffers of a unix socket with small buffers.</summary>
    private const int Allowed = 640 * 1024;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_client_that_goes_on_is_held_up()
    {
        // Accepts connections and never answers, so a session that asks about a recipient waits.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var path = _folder["mx.socket"];
        await using var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder,
            ApplianceSetup.Everything("hold: arrived"),
            [],
            $"recipients: {{ http: {{ url: \"http://{silent.LocalEndpoint}/\" }} }}",
            $$"""listeners: [{ name: mx, address: "unix:{{path}}" }]"""));
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendBufferSize = 32 * 1024 };
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        await client.ReceiveAsync(new byte[1024], patience.Token);
        await client.SendAsync("EHLO client.test\r\n"u8.ToArray(), patience.Token);
        await client.ReceiveAsync(new byte[1024], patience.Token);
        await client.SendAsync("MAIL FROM:<al@sender.test>\r\nRCPT TO:<ann@example.com>\r\n"u8.ToArray(), patience.Token);
        using var asked = await silent.AcceptSocketAsync(patience.Token);

        Assert.InRange(await SendAsync(client, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("NOOP\r\n", 1000)))), 1, Allowed);
    }

    /// <summary>Sends until nothing has been accepted for a second; returns the number of octets.</summary>
    private static async Task<int> SendAsync(Socket client, byte[] piece)
    {
        var sent = 0;
        while (sent < Offered)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
            try
            {
                sent += await client.SendAsync(piece, SocketFlags.None, patience.Token);
            }
            catch (OperationCanceledException)
            {
                return sent;
            }
        }
        return sent;
    }
}
