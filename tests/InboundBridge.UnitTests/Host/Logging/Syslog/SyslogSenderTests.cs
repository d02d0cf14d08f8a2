using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Options.Watching;
using InboundBridge.Logging;
using InboundBridge.Logging.Syslog;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Logging.Syslog;

/// <summary>Over real sockets: what a receiver gets, and what becomes of lines while there is none.</summary>
public sealed class SyslogSenderTests
{
    private readonly ConcurrentQueue<(bool Works, string Reason)> _reports = new();

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
        Assert.Equal(7, sender.Lost);
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        using var receiver = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        Assert.Equal("x", await ReadAsync(receiver.GetStream()));
        Assert.Equal("lost 7", await ReadAsync(receiver.GetStream()));
        Assert.Equal("x", await ReadAsync(receiver.GetStream()));
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
        address, lost => Encoding.UTF8.GetBytes($"lost {lost}"), (works, reason) => _reports.Enqueue((works, reason)), TimeProvider.System);

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
