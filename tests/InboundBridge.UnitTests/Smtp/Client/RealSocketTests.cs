using System.Net;
using System.Net.Sockets;
using System.Text;
using InboundBridge.Smtp.Client;

namespace InboundBridge.UnitTests.Smtp.Client;

/// <summary>The golden dialogues over real loopback sockets.</summary>
public sealed class RealSocketTests : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RealSocketTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private SmtpClientOptions Options => new()
    {
        Server = new SmtpEndpoint("127.0.0.1", ((IPEndPoint)_listener.LocalEndPoint!).Port),
        Hostname = "client.example.org",
        Tls = SmtpTlsMode.Off,
    };

    [Theory]
    [InlineData("pipelining")]
    [InlineData("chunking-for-bare-newlines")]
    [InlineData("recipients-differ")]
    public async Task A_dialogue_over_tcp(string name)
    {
        var dialogue = ClientDialogue.Load(name);
        var serving = ServeAsync(_listener, dialogue);
        var result = await SmtpSender.SendAsync(
            dialogue.Options with { Server = Options.Server }, dialogue.Message, TestContext.Current.CancellationToken);
        Assert.Empty((await serving).Complaints);
        Assert.Equal(dialogue.Expected, ClientDialogue.Describe(result));
    }

    [Fact]
    public async Task A_dialogue_over_a_unix_socket()
    {
        var path = Path.Combine(Path.GetTempPath(), $"lmtp-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var dialogue = ClientDialogue.Load("lmtp");
        var serving = ServeAsync(listener, dialogue);
        var result = await SmtpSender.SendAsync(
            dialogue.Options with { Server = new SmtpEndpoint("", 0, path) }, dialogue.Message, TestContext.Current.CancellationToken);
        Assert.Empty((await serving).Complaints);
        Assert.Equal(dialogue.Expected, ClientDialogue.Describe(result));
        File.Delete(path);
    }

    [Fact]
    public async Task A_closed_port_is_unreachable()
    {
        var server = Options;
        _listener.Dispose();
        var result = await SmtpSender.SendAsync(server, Message("x"u8.ToArray()), TestContext.Current.CancellationToken);
        Assert.Equal(SmtpSendStage.Connect, result.Stage);
        Assert.Equal("unreachable", Assert.Single(result.Replies).Reason);
    }

    /// <summary>A server may send a refusal and close the connection in the middle of a message. The result is that refusal.</summary>
    [Fact]
    public async Task A_refusal_in_the_middle_of_a_message_is_reported()
    {
        var mail = Encoding.ASCII.GetBytes("Subject: x\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 76) + "\r\n", 200_000)));
        var sending = SmtpSender.SendAsync(Options, Message(mail), TestContext.Current.CancellationToken).AsTask();
        using var socket = await _listener.AcceptAsync(TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(socket);
        var buffer = new byte[64 * 1024];
        foreach (var reply in new[] { "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n" })
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(reply), TestContext.Current.CancellationToken);
            _ = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
        }
        await stream.WriteAsync("552 5.3.4 that is too much\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        socket.Shutdown(SocketShutdown.Send);
        for (var read = 0; read < 500_000;)
            read += await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
        socket.Close();
        var reply2 = Assert.Single((await sending).Replies);
        Assert.True(reply2.Code is 552 or 451, reply2.ToString());
    }

    [Fact]
    public async Task A_connection_that_the_server_closed_while_idle_is_not_used()
    {
        await using var pool = new SmtpConnectionPool(Options, 100, TimeSpan.FromMinutes(1), SmtpSockets.DialAsync, TimeProvider.System);
        var dialogue = ClientDialogue.Load("plain");
        for (var round = 0; round < 2; round++)
        {
            var serving = ServeAsync(_listener, dialogue, [.. dialogue.Steps.SkipLast(1), "X:close"]);
            var result = await pool.SendAsync(dialogue.Message, TestContext.Current.CancellationToken);
            Assert.Equal(dialogue.Expected, ClientDialogue.Describe(result));
            Assert.Empty((await serving).Complaints);
        }
    }

    public void Dispose() => _listener.Dispose();

    private static async Task<ScriptedServer> ServeAsync(Socket listener, ClientDialogue dialogue, List<string>? steps = null)
    {
        using var socket = await listener.AcceptAsync();
        var server = new ScriptedServer(new NetworkStream(socket), steps ?? dialogue.Steps);
        await server.PlayAsync();
        return server;
    }

    private static SmtpClientMessage Message(byte[] mail) =>
        new()
        {
            Sender = "al@example.org",
            Recipients = [new SmtpClientRecipient("bo@example.net")],
            Content = SmtpContent.FromMemory(
            mail)
        };
}
