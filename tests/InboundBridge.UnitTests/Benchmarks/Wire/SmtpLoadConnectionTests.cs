using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.UnitTests.Benchmarks.Wire;

public sealed class SmtpLoadConnectionTests : IDisposable
{
    private const string Ehlo = "EHLO load.test\r\n";
    private const string Mail = "MAIL FROM:<al@sender.test>\r\n";
    private const string Recipient = "RCPT TO:<support@example.com>\r\n";
    private const string Data = "DATA\r\n";
    private const string Quit = "QUIT\r\n";

    private readonly ConnectedSockets _sockets = new();

    public void Dispose() => _sockets.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(72)]
    [InlineData(73)]
    [InlineData(74)]
    [InlineData(150)]
    [InlineData(4096)]
    public void Each_command_follows_the_reply_to_the_one_before_and_each_mail_has_its_own_id_and_its_size(int size)
    {
        var load = new SmtpLoad(mails: 2, size);
        var connection = new SmtpLoadConnection(_sockets.Near, load, "run");
        Exchange(connection, "220-hello\r\n220 there\r\n", Ehlo);
        Exchange(connection, "250-a\r\n250 b\r\n", Mail);
        foreach (var (number, next) in new[] { ("00000000", Mail), ("00000001", Quit) })
        {
            Exchange(connection, "250 ok\r\n", Recipient);
            Exchange(connection, "250 ok\r\n", Data);
            connection.Take("354 go on\r\n"u8);
            var header =
                $"From: <al@sender.test>\r\nTo: <support@example.com>\r\nSubject: a mail of a load\r\nMessage-ID: <{number}.run@load.test>\r\n\r\n";
            var mail = _sockets.Hear(header.Length + size + ".\r\n".Length);
            Assert.StartsWith(header, mail, StringComparison.Ordinal);
            Assert.EndsWith("\r\n.\r\n", mail, StringComparison.Ordinal);
            Exchange(connection, "250 safe\r\n", next);
        }
        Assert.False(load.Completed.IsCompleted);
        connection.Take("221 bye\r\n"u8);
        Assert.True(load.Completed.IsCompleted && connection.Ended);
        Assert.Equal(2, load.Accepted);
        Assert.Empty(load.Errors);
    }

    [Fact]
    public void A_refusal_and_a_broken_connection_are_errors_by_where_they_came()
    {
        var load = new SmtpLoad(mails: 2, size: 100);
        var refused = new SmtpLoadConnection(_sockets.Near, load, "run");
        var broken = new SmtpLoadConnection(_sockets.Near, load, "run");
        refused.Take("421 too many\r\n"u8);
        broken.PeerClosed(SocketError.ConnectionReset);
        broken.PeerClosed(SocketError.ConnectionReset);
        Assert.True(load.Completed.IsCompleted);
        Assert.Equal(0, load.Accepted);
        Assert.Equal(
            [("Greeting: 421 too many", 1), ("closed at Greeting: ConnectionReset", 1)],
            load.Errors.Select(error => (error.Key, error.Value)));
    }

    [Fact]
    public void Percentiles_are_of_all_waits()
    {
        var load = new SmtpLoad(mails: 100, size: 100);
        Assert.Equal(TimeSpan.Zero, load.Percentile(99));
        foreach (var milliseconds in Enumerable.Range(1, 100).Reverse())
            load.Took(milliseconds * Stopwatch.Frequency / 1000);
        Assert.Equal(
            [50, 99, 100], new[] { load.Percentile(50), load.Percentile(99), load.Percentile(100) }.Select(wait => wait.TotalMilliseconds));
    }

    [Fact]
    public void Mails_are_begun_once_each()
    {
        var load = new SmtpLoad(mails: 2, size: 100);
        Assert.Equal([0, 1, null, null], [load.Next(), load.Next(), load.Next(), load.Next()]);
    }

    private void Exchange(SmtpLoadConnection connection, string reply, string command)
    {
        connection.Take(Encoding.ASCII.GetBytes(reply));
        Assert.Equal(command, _sockets.Hear(command.Length));
    }
}
