using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using InboundBridge.Hosting.Listening;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>The last reply reaches a client that is still sending.</summary>
public class SmtpLingerTests
{
    /// <summary>Closing a socket with unread octets resets the connection, and the reset used to overtake the reply.</summary>
    [Fact]
    public async Task A_client_that_keeps_sending_still_gets_the_last_reply()
    {
        await using var server = new SmtpTestServer { Options = new() { Hostname = "mx.example.net", Limits = new() { Errors = 1 } } };
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndpoint);
        using var accepted = await listener.AcceptSocketAsync();
        server.Start(new PipePair(PipeReader.Create(new NetworkStream(accepted)), new SocketWriter(accepted)), client: null);
        await using var stream = new NetworkStream(client);

        // More than was in flight when the server stopped reading, and less than it drains.
        var garbage = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("BOGUS\r\n", 32 * 1024)));
        await stream.WriteAsync(garbage);
        client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var heard = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(
            ["220 mx.example.net ESMTP", "500 5.5.2 Command not recognized", "421 4.7.0 Too many errors", ""], heard.Split("\r\n"));
        await server.EndAsync();
        Assert.Empty(server.Observer.Faults);
    }

    [Fact]
    public async Task Our_side_closes_before_the_clients()
    {
        await using var server = new SmtpTestServer { Options = new() { Hostname = "mx.example.net", Limits = new() { Errors = 1 } } };
        var client = server.Start();
        await client.ReadReplyAsync();
        await client.SendRawAsync("BOGUS\r\nBOGUS\r\nBOGUS\r\n");
        await client.ReadReplyAsync();
        Assert.StartsWith("421 4.7.0", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Null(await client.ReadLineAsync());
        await client.SendRawAsync("BOGUS\r\n");
        await client.EndInputAsync();
        await server.EndAsync();
    }

    [Fact]
    public async Task Lingering_is_bounded()
    {
        await using var server = new SmtpTestServer { Options = new() { Hostname = "mx.example.net", Limits = new() { Errors = 1 } } };
        var client = server.Start();
        await client.ReadReplyAsync();
        await client.SayAsync("BOGUS");
        await client.SayAsync("BOGUS");
        // The clock stands still, so only the limit of 1 MB can end the drain.
        for (var sent = 0; sent <= 1024 * 1024; sent += 32 * 1024)
            await client.SendRawAsync(new string('x', 32 * 1024));
        await server.EndAsync();
        Assert.Equal(SmtpConnectionOutcome.CutOff, Assert.Single(server.Observer.Ends).Outcome);
    }

    /// <summary>Replies that can't be sent would keep a connection open for as long as the client likes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_does_not_read_is_dropped_in_time(bool tls)
    {
        await using var server = new SmtpTestServer
        {
            Options = new() { Hostname = "mx.example.net", Limits = new() { IdleCommandsPerMinute = 0 } },
            Listener = tls ? new() { Tls = SmtpTlsMode.Implicit, TlsOptions = TestCertificates.ServerOptions } : new(),
        };
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Server.SendBufferSize = 4096;
        listener.Start();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(listener.LocalEndpoint);
        using var accepted = await listener.AcceptSocketAsync();
        await using var stream = new NetworkStream(socket);
        var client = new SmtpTestClient(PipeReader.Create(stream), PipeWriter.Create(stream));
        server.Start(new PipePair(PipeReader.Create(new NetworkStream(accepted)), new SocketWriter(accepted)), client);
        if (tls)
            await client.StartTlsAsync();
        await client.ReadReplyAsync();

        // Replies are much longer than commands, so the buffers to the client fill up first.
        var talking = client.SendRawAsync(string.Concat(Enumerable.Repeat("HELP\r\n", 20_000)));
        var end = server.EndAsync();
        while (!end.IsCompleted)
            await Task.WhenAny(end, server.Time.FireNextAsync(TimeSpan.FromMinutes(6))).WaitAsync(TimeSpan.FromSeconds(20));
        await end;
        Assert.Equal(SmtpConnectionOutcome.TimedOut, Assert.Single(server.Observer.Ends).Outcome);
        Assert.Empty(server.Observer.Faults);
        accepted.Dispose();
        await Task.WhenAny(talking);
    }

    [Fact]
    public async Task After_quit_the_connection_closes_without_lingering()
    {
        await using var server = new SmtpTestServer();
        var client = server.Start();
        await client.ReadReplyAsync();
        var began = server.Time.GetUtcNow();
        Assert.StartsWith("221", await client.SayAsync("QUIT"), StringComparison.Ordinal);
        await server.EndAsync();
        Assert.Equal(began, server.Time.GetUtcNow());
    }
}
