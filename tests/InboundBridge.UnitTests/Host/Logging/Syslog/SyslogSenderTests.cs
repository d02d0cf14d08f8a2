using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Options.Watching;
using InboundBridge.Logging;
using InboundBridge.Logging.Syslog;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.UnitTests.MailFlow.Metrics;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Logging.Syslog;

/// <summary>Over real sockets: what a receiver gets, and what becomes of lines while there is none.</summary>
public sealed class SyslogSenderTests
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<(bool Works, string Reason)> _reports = new();
    private readonly LostLines _lost = new();

    [Fact]
    public async Task Over_TCP_each_line_has_its_length_in_front()
    {
        using var listener = Listen();
        await using var sender = Sender(Tcp(listener));
        sender.Send("first ü"u8.ToArray());
        sender.Send("second\nline"u8.ToArray());
        using var receiver = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        Assert.Equal("first ü", await ReadAsync(receiver.GetStream()));
        Assert.Equal("second\nline", await ReadAsync(receiver.GetStream()));
        Assert.Empty(_reports);
    }

    [Fact]
    public async Task Lines_wait_for_a_receiver_that_comes_late_and_it_is_told_once()
    {
        var port = FreePort();
        await using var sender = Sender(new SyslogAddress(SyslogTransport.Tcp, new IPEndPoint(IPAddress.Loopback, port), "tcp"));
        sender.Send("early"u8.ToArray());
        await UntilAsync(() => !_reports.IsEmpty);
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        using var receiver = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        Assert.Equal("early", await ReadAsync(receiver.GetStream()));
        await UntilAsync(() => _reports.Count == 2);
        Assert.Equal([false, true], _reports.Select(report => report.Works));
    }

    [Fact]
    public async Task A_receiver_that_closes_the_connection_gets_the_next_line_over_another()
    {
        using var listener = Listen();
        await using var sender = Sender(Tcp(listener));
        sender.Send("one"u8.ToArray());
        using (var first = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal("one", await ReadAsync(first.GetStream()));
        }
        // The close is on its way: on loopback it has arrived when the next line is sent.
        sender.Send("two"u8.ToArray());
        using var second = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        Assert.Equal("two", await ReadAsync(second.GetStream()));
    }

    [Fact]
    public async Task What_finds_no_room_is_counted_and_told_to_the_receiver()
    {
        var port = FreePort();
        await using var sender = Sender(new SyslogAddress(SyslogTransport.Tcp, new IPEndPoint(IPAddress.Loopback, port), "tcp"));
        for (var line = 0; line < SyslogSender.MostLines + 7; line++)
            sender.Send("x"u8.ToArray());
        Assert.Equal(7, _lost.Count);
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        using var receiver = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        Assert.Equal("x", await ReadAsync(receiver.GetStream()));
        Assert.Equal("lost 7", await ReadAsync(receiver.GetStream()));
        Assert.Equal("x", await ReadAsync(receiver.GetStream()));
    }

    [Fact]
    public async Task A_notice_of_lost_lines_that_a_broken_connection_did_not_take_is_sent_over_the_next_one()
    {
        var port = FreePort();
        var (accepted, notices) = (new TaskCompletionSource<TcpClient>(), 0);
        await using var sender = new SyslogSender(
            new SyslogAddress(SyslogTransport.Tcp, new IPEndPoint(IPAddress.Loopback, port), "tcp"), Notice, (_, _) => { }, _lost,
            TimeProvider.System);
        for (var line = 0; line < SyslogSender.MostLines + 7; line++)
            sender.Send("x"u8.ToArray());
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        var first = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        Assert.Equal("x", await ReadAsync(first.GetStream()));
        accepted.SetResult(first);
        using var second = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        Assert.Equal("x", await ReadAsync(second.GetStream()));
        Assert.Equal("lost 7", await ReadAsync(second.GetStream()));
        Assert.Equal("x", await ReadAsync(second.GetStream()));

        byte[] Notice(long lost)
        {
            // The receiver goes away between the line and the notice.
            if (Interlocked.Increment(ref notices) == 1)
                accepted.Task.GetAwaiter().GetResult().Dispose();
            return Encoding.UTF8.GetBytes($"lost {lost}");
        }
    }

    [Fact]
    public async Task A_line_that_no_datagram_can_hold_is_counted_and_told_and_holds_nothing_up()
    {
        var folder = Directory.CreateTempSubdirectory("ib-");
        using var receiver = Receiver(folder, out var address);
        await using (var sender = Sender(address))
        {
            sender.Send(new byte[8 * 1024 * 1024]);
            sender.Send("next"u8.ToArray());
            Assert.Equal("lost 1", await ReadAsync(receiver));
            Assert.Equal("next", await ReadAsync(receiver));
        }
        Assert.Equal(1, _lost.Count);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Lines_that_a_receiver_did_not_take_go_to_the_one_that_a_reload_names()
    {
        var folder = Directory.CreateTempSubdirectory("ib-");
        using var receiver = Receiver(folder, out var address);
        var clock = new WatchedTimeProvider();
        using var output = new MemoryStream();
        var options = new LogOptions { Syslog = Nobody() };
        using (var log = new ApplianceLog(options, clock, output))
        {
            var logger = log.Factory.CreateLogger("InboundBridge.Delivery");
            logger.LogInformation("early one");
            logger.LogInformation("early two");
            await clock.TimerSetAsync(FirstPause);
            log.Replace(options with { Syslog = address });
            await clock.TimerSetAsync(LongestFlush);
            clock.Advance(LongestFlush);
            Assert.EndsWith("early one", await ReadAsync(receiver), StringComparison.Ordinal);
            Assert.EndsWith("early two", await ReadAsync(receiver), StringComparison.Ordinal);
        }
        Assert.DoesNotContain("syslog_lines_lost", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Lines_that_nobody_took_until_the_end_are_counted_and_told_on_standard_output()
    {
        var clock = new WatchedTimeProvider();
        using var output = new MemoryStream();
        var metrics = new MetricRegistry();
        using var log = new ApplianceLog(new LogOptions { Syslog = Nobody() }, clock, output);
        log.CountIn(metrics);
        log.Factory.CreateLogger("InboundBridge.Delivery").LogInformation("early one");
        log.Factory.CreateLogger("InboundBridge.Delivery").LogInformation("early two");
        await clock.TimerSetAsync(FirstPause);
        var ended = Task.Run(log.Dispose, TestContext.Current.CancellationToken);
        await clock.TimerSetAsync(LongestFlush);
        clock.Advance(LongestFlush);
        await ended;
        Assert.Contains(
            "syslog_lines_lost receiver=tcp://nobody lines=2", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
        Assert.Equal(["2"], await MetricsText.SamplesAsync(metrics, "syslog_lines_lost_total"));
    }

    [Fact]
    public async Task The_last_lines_are_sent_before_the_end()
    {
        using var receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await using (var sender = Sender(new SyslogAddress(SyslogTransport.Udp, receiver.Client.LocalEndPoint!, "udp")))
        {
            sender.Send("a"u8.ToArray());
            sender.Send("b"u8.ToArray());
        }
        Assert.Equal("a", Encoding.UTF8.GetString((await receiver.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer));
        Assert.Equal("b", Encoding.UTF8.GetString((await receiver.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer));
    }

    [Fact]
    public async Task The_log_goes_to_both_and_hides_secrets_in_both_and_a_reload_ends_it()
    {
        var folder = Directory.CreateTempSubdirectory("ib-");
        using var receiver = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var endPoint = new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "log"));
        receiver.Bind(endPoint);
        using var output = new MemoryStream();
        var options = new LogOptions { Syslog = new SyslogAddress(SyslogTransport.Unix, endPoint, "unix") };
        var buffer = new byte[10_000];
        using (var log = new ApplianceLog(options, TimeProvider.System, output))
        {
            log.Hide(new SecretFilter(["hunter2hunter2"]));
            var logger = log.Factory.CreateLogger("InboundBridge.Delivery");
            logger.Log(LogLevel.Information, new EventId(7, "Delivered"), "saying {Reply}", "hunter2hunter2");
            var count = await receiver.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            var line = Encoding.UTF8.GetString(buffer.AsSpan(0, count));
            Assert.EndsWith("delivered [inboundbridge@32473 reply=\"***\"] saying ***", line, StringComparison.Ordinal);
            log.Replace(options with { Syslog = null });
            logger.LogInformation("not there");
        }
        Assert.Equal(0, receiver.Available);
        Assert.Contains("reply=***", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private SyslogSender Sender(SyslogAddress address) => new(
        address, lost => Encoding.UTF8.GetBytes($"lost {lost}"), (works, reason) => _reports.Enqueue((works, reason)), _lost,
        TimeProvider.System);

    /// <summary>Where nobody listens.</summary>
    private static SyslogAddress Nobody() =>
        new(SyslogTransport.Tcp, new IPEndPoint(IPAddress.Loopback, FreePort()), "tcp://nobody");

    private static Socket Receiver(DirectoryInfo folder, out SyslogAddress address)
    {
        var receiver = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var endPoint = new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "log"));
        receiver.Bind(endPoint);
        address = new SyslogAddress(SyslogTransport.Unix, endPoint, "unix");
        return receiver;
    }

    private static async Task<string> ReadAsync(Socket receiver)
    {
        var buffer = new byte[10_000];
        return Encoding.UTF8.GetString(buffer.AsSpan(0, await receiver.ReceiveAsync(buffer, TestContext.Current.CancellationToken)));
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static SyslogAddress Tcp(TcpListener listener) => new(SyslogTransport.Tcp, listener.LocalEndpoint, "tcp");

    private static int FreePort()
    {
        using var listener = Listen();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>RFC 6587 §3.4.1: <c>LENGTH SP MESSAGE</c>.</summary>
    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var length = new StringBuilder();
        var octet = new byte[1];
        while (true)
        {
            await stream.ReadExactlyAsync(octet, TestContext.Current.CancellationToken);
            if (octet[0] == ' ')
                break;
            length.Append((char)octet[0]);
        }
        var message = new byte[int.Parse(length.ToString(), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(message, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(message);
    }

    private static async Task UntilAsync(Func<bool> happened)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!happened())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        }
    }
}
