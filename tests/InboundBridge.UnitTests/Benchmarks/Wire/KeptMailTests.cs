using System.Text;
using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.UnitTests.Benchmarks.Wire;

public sealed class KeptMailTests : IDisposable
{
    private readonly ConnectedSockets _sockets = new();
    private readonly ArrivalCount _arrivals = new();
    private readonly KeptMail _kept = new();

    public void Dispose() => _sockets.Dispose();

    [Fact]
    public void The_next_body_is_kept_when_it_is_wanted_however_it_is_cut()
    {
        var connection = new HttpSinkConnection(_sockets.Near, _arrivals, _kept);
        Post(connection, "1", "first");
        Assert.Null(_kept.Octets);
        _kept.Want();
        foreach (var octet in Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nwebhook-id: 2\r\ncontent-length: 6\r\n\r\nsecond"))
            connection.Take([octet]);
        Post(connection, "3", "third");
        Assert.Equal("second"u8, _kept.Octets!);
    }

    [Fact]
    public void Of_two_connections_the_first_to_begin_counts()
    {
        var (one, other) =
            (new HttpSinkConnection(_sockets.Near, _arrivals, _kept), new HttpSinkConnection(_sockets.Near, _arrivals, _kept));
        _kept.Want();
        one.Take("POST / HTTP/1.1\r\nwebhook-id: 1\r\ncontent-length: 4\r\n\r\non"u8);
        Post(other, "2", "other");
        Assert.Null(_kept.Octets);
        one.Take("e!"u8);
        Assert.Equal("one!"u8, _kept.Octets!);
    }

    [Fact]
    public void Of_a_relayed_mail_the_header_is_kept_and_its_relays_id_counts()
    {
        _kept.Want();
        _arrivals.Expect(2);
        var connection = new SmtpSinkConnection(_sockets.Near, _arrivals, _kept);
        const string Mail = "Authentication-Results: mx.example.com; spf=pass\r\nReceived: from a\r\n\tby b with ESMTP\r\n\tid 4Xyz;\r\n\tdate\r\n\r\n.\r\n";
        connection.Take(Encoding.ASCII.GetBytes($"DATA\r\n{Mail}"));
        connection.Take(Encoding.ASCII.GetBytes($"DATA\r\n{Mail.Replace("4Xyz", "4Xyzz", StringComparison.Ordinal)}"));
        _arrivals.Conclude();
        Assert.Equal(Mail, Encoding.ASCII.GetString(_kept.Octets!));
    }

    private static void Post(HttpSinkConnection connection, string id, string body) =>
        connection.Take(Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nwebhook-id: {id}\r\ncontent-length: {body.Length}\r\n\r\n{body}"));
}
