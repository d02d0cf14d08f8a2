using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using InboundBridge.Hosting.Listening;
using InboundBridge.Smtp.Polling;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Polling;

/// <summary>Work that takes long or may block leaves the polling thread, which many connections share.</summary>
public sealed class PollingThreadTests : IAsyncLifetime
{
    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp);
    private Socket _accepted = null!;

    public async ValueTask InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await _client.ConnectAsync(listener.LocalEndpoint);
        _accepted = await listener.AcceptSocketAsync();
        PollingThread.Enable(_accepted);
    }

    public ValueTask DisposeAsync()
    {
        _accepted.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_wait_continues_on_the_polling_thread_until_it_leaves()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the thread pool goes on with every socket");
        var wait = WaitAsync();
        Assert.False(wait.IsCompleted);
        await _client.SendAsync(new byte[1], TestContext.Current.CancellationToken);
        Assert.Equal((false, true), await wait.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));

        async Task<(bool Before, bool After)> WaitAsync()
        {
            await _accepted.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);
            var before = Thread.CurrentThread.IsThreadPoolThread;
            await PollingThread.Leave();
            return (before, Thread.CurrentThread.IsThreadPoolThread);
        }
    }

    [Fact]
    public async Task A_large_message_is_judged_on_the_thread_pool()
    {
        var judged = new TaskCompletionSource<bool>();
        await using var server = new SmtpTestServer
        {
            Receiver = new RecordingReceiver
            {
                OnData = async body =>
                {
                    var buffer = new byte[4096];
                    while (await body.ReadAsync(buffer, CancellationToken.None) > 0)
                    {
                    }
                    judged.SetResult(Thread.CurrentThread.IsThreadPoolThread);
                    return [SmtpReply.Create(250, 0, 0, "OK")];
                },
            },
        };
        var client = await StartAsync(server);
        foreach (var line in (string[])["EHLO client.example", "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.net>", "DATA"])
            await client.SayAsync(line);
        var piece = string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 14));
        for (var sent = 0; sent < 3 * PollingThread.LargestMail; sent += piece.Length)
            await client.SendRawAsync(piece);
        Assert.StartsWith("250", await client.SayAsync("."), StringComparison.Ordinal);
        Assert.True(await judged.Task);
        await client.SayAsync("QUIT");
        await server.EndAsync();
    }

    [Fact]
    public async Task A_handshake_runs_on_the_thread_pool()
    {
        var chosen = new TaskCompletionSource<bool>();
        await using var server = new SmtpTestServer
        {
            Listener = new SmtpListenerOptions
            {
                Tls = SmtpTlsMode.StartTls,
                TlsOptions = name =>
                {
                    chosen.SetResult(Thread.CurrentThread.IsThreadPoolThread);
                    return TestCertificates.ServerOptions(name);
                },
            },
        };
        var client = await StartAsync(server);
        await client.SayAsync("EHLO client.example");
        Assert.StartsWith("220", await client.SayAsync("STARTTLS"), StringComparison.Ordinal);
        await client.StartTlsAsync();
        Assert.True(await chosen.Task);
        Assert.StartsWith("221", await client.SayAsync("QUIT"), StringComparison.Ordinal);
        await server.EndAsync();
    }

    [Fact]
    public async Task A_client_that_never_pauses_does_not_occupy_the_polling_thread()
    {
        var options = new PipeOptions(readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);
        var (toServer, toClient) = (new Pipe(options), new Pipe(options));
        var borrowed = 0;
        await using var server = new SmtpTestServer
        {
            Options = new() { Hostname = "mx.example.net", Limits = new() { IdleCommandsPerMinute = 0 } },
            Receiver = new RecordingReceiver { OnVerify = () => borrowed += Thread.CurrentThread.IsThreadPoolThread ? 0 : 1 },
        };
        var client = server.Start(new PipePair(toServer.Reader, toClient.Writer), new SmtpTestClient(toClient.Reader, toServer.Writer));
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        var commands = System.Text.Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat("VRFY known\r\n", 3 * PollingThread.MostCommands)));
        // This thread stands for the polling thread: the session continues on it when octets come.
        var polling = new Thread(() => toServer.Writer.WriteAsync(commands).AsTask().Wait());
        polling.Start();
        for (var reply = 0; reply < 3 * PollingThread.MostCommands; reply++)
            Assert.StartsWith("250", await client.ReadReplyAsync(), StringComparison.Ordinal);
        polling.Join();
        Assert.InRange(borrowed, 0, PollingThread.MostCommands);
        await client.SayAsync("QUIT");
        await server.EndAsync();
    }

    private async Task<SmtpTestClient> StartAsync(SmtpTestServer server)
    {
        var stream = new NetworkStream(_client);
        var client = new SmtpTestClient(PipeReader.Create(stream), PipeWriter.Create(stream));
        server.Start(new PipePair(PipeReader.Create(new NetworkStream(_accepted)), new SocketWriter(_accepted)), client);
        await client.ReadReplyAsync();
        return client;
    }
}
