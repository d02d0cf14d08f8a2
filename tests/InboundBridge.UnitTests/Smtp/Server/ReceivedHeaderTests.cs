using System.Buffers;
using System.Net;
using System.Text;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server;

public class ReceivedHeaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1));

    private static SmtpPeer Peer(SmtpListenerMode mode = SmtpListenerMode.Mx, string ip = "192.0.2.7") =>
        new("test", mode, new IPEndPoint(IPAddress.Parse(ip), 1), new IPEndPoint(
            IPAddress.Loopback, 25))
        { Helo = "client.example", Esmtp = true };

    private static string Format(SmtpPeer peer, string hostname, string id, string? onlyRecipient, bool smtpUtf8, DateTimeOffset now)
    {
        var field = new ArrayBufferWriter<byte>();
        ReceivedHeader.Write(field, peer, hostname, id, onlyRecipient, smtpUtf8, now);
        return Encoding.UTF8.GetString(field.WrittenSpan);
    }

    [Fact]
    public void A_complete_field()
    {
        var peer = Peer();
        peer.ClientName = "mail.client.example";
        peer.Tls = new SmtpTls("TLSv1.3", "TLS_AES_256_GCM_SHA384", null);
        Assert.Equal(
            "Received: from client.example (mail.client.example [192.0.2.7])\r\n" +
            "\tby mx.example.net with ESMTPS\r\n" +
            "\t(version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384)\r\n" +
            "\tid 0ABC\r\n" +
            "\tfor <b@example.net>;\r\n" +
            "\tFri, 02 Jan 2026 03:04:05 +0100\r\n",
            Format(peer, "mx.example.net", "0ABC", "b@example.net", smtpUtf8: false, Now));
    }

    [Theory]
    [InlineData(SmtpListenerMode.Mx, false, false, false, false, "SMTP")]
    [InlineData(SmtpListenerMode.Mx, true, false, false, false, "ESMTP")]
    [InlineData(SmtpListenerMode.Mx, true, true, false, false, "ESMTPS")]
    [InlineData(SmtpListenerMode.Submission, true, false, true, false, "ESMTPA")]
    [InlineData(SmtpListenerMode.Submission, true, true, true, false, "ESMTPSA")]
    [InlineData(SmtpListenerMode.Mx, true, false, false, true, "UTF8SMTP")]
    [InlineData(SmtpListenerMode.Mx, true, true, true, true, "UTF8SMTPSA")]
    [InlineData(SmtpListenerMode.Lmtp, true, false, false, false, "LMTP")]
    [InlineData(SmtpListenerMode.Lmtp, true, true, true, false, "LMTPSA")]
    [InlineData(SmtpListenerMode.Lmtp, true, true, false, true, "UTF8LMTPS")]
    public void The_protocol_name_is_that_of_rfc_3848(SmtpListenerMode mode, bool esmtp, bool tls, bool user, bool utf8, string type)
    {
        var peer = Peer(mode);
        peer.Esmtp = esmtp;
        peer.Tls = tls ? new SmtpTls("TLSv1.2", "X", null) : null;
        peer.User = user ? "u" : null;
        Assert.Contains($" with {type}\r\n", Format(peer, "mx", "1", null, utf8, Now), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_from_the_client_cannot_break_the_field()
    {
        var peer = Peer(ip: "2001:db8::1");
        peer.Helo = "evil)\r\nBcc: x@y";
        peer.ClientName = "a b\r\n(";
        var field = Format(peer, "mx", "1", "\"a\r\nb>;\"@example.net", smtpUtf8: false, Now);
        Assert.Contains("[IPv6:2001:db8::1]", field, StringComparison.Ordinal);
        Assert.All(field.Split("\r\n")[1..^1], line => Assert.StartsWith("\t", line, StringComparison.Ordinal));
        Assert.DoesNotContain("Bcc: ", field, StringComparison.Ordinal);
        Assert.Contains("for <\"a??b>;\"@example.net>;", field, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jürgen@example.net", true, "jürgen@example.net")]
    [InlineData("jürgen@example.net", false, "j?rgen@example.net")]
    [InlineData("😀\u0085@example.net", true, "😀?@example.net")]
    public void A_recipient_in_utf8_needs_smtputf8(string recipient, bool smtpUtf8, string shown) =>
        Assert.Contains($"for <{shown}>;", Format(Peer(), "mx", "1", recipient, smtpUtf8, Now), StringComparison.Ordinal);

    [Theory]
    [InlineData(-210, "-0330")]
    [InlineData(0, "+0000")]
    [InlineData(825, "+1345")]
    public void The_time_is_the_local_one_with_its_zone(int minutes, string zone) =>
        Assert.EndsWith($"\tFri, 02 Jan 2026 03:04:05 {zone}\r\n", Format(
            Peer(), "mx", "1", null, false, new DateTimeOffset(Now.DateTime, TimeSpan.FromMinutes(minutes))), StringComparison.Ordinal);

    [Fact]
    public void Writing_the_field_allocates_nothing()
    {
        var peer = Peer();
        var field = new ArrayBufferWriter<byte>(4096);
        var allocated = 1L;
        // The JIT compiler may allocate during the first calls.
        for (var round = 0; round < 20 && allocated > 0; round++)
        {
            field.ResetWrittenCount();
            var before = GC.GetAllocatedBytesForCurrentThread();
            ReceivedHeader.Write(field, peer, "mx.example.net", "0ABC", "b@example.net", smtpUtf8: false, Now);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_unix_socket_has_no_address()
    {
        var peer = new SmtpPeer("test", SmtpListenerMode.Lmtp, new System.Net.Sockets.UnixDomainSocketEndPoint(
            "/tmp/x"), new System.Net.Sockets.UnixDomainSocketEndPoint("/tmp/x"));
        Assert.StartsWith("Received: from unknown (local)\r\n\tby mx with LMTP\r\n\tid 1;\r\n", Format(
            peer, "mx", "1", null, false, Now), StringComparison.Ordinal);
    }
}
