using System.Buffers;
using System.Net;
using System.Text;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Protocol;

/// <summary>Deviations of old senders that are accepted, and text that would break a log or a header.</summary>
public class OddSenderTests
{
    [Theory]
    [InlineData("[2001:db8::25]", "[IPv6:2001:db8::25]")]
    [InlineData("[2001:db8::25%en0]", "[IPv6:2001:db8::25]")]
    [InlineData("[fe80::1%lo0]", "[IPv6:fe80::1]")]
    [InlineData("[IPv6:fe80::1%eth0.100]", "[IPv6:fe80::1]")]
    [InlineData("[IPv6:2001:DB8:0:0::25]", "[IPv6:2001:db8::25]")]
    [InlineData("[ipv6:::1]", "[IPv6:::1]")]
    [InlineData("[::ffff:192.0.2.1]", "[IPv6:::ffff:192.0.2.1]")]
    [InlineData("[IPv4:192.0.2.7]", "[192.0.2.7]")]
    [InlineData("[192.0.2.7]", "[192.0.2.7]")]
    [InlineData("[localhost]", "localhost")]
    [InlineData("[My-PC]", "my-pc")]
    [InlineData("2001:db8::25", "2001:db8::25")]
    [InlineData("my_pc.local.", "my_pc.local.")]
    [InlineData("-", "-")]
    public void A_hello_name_that_can_stand_in_a_header_is_accepted(string name, string inHeader)
    {
        foreach (var verb in new[] { "EHLO", "HELO" })
            Assert.Equal(name, Assert.IsType<SmtpCommand.Hello>(Parse($"{verb} {name}").Command).Name);
        Assert.StartsWith($"Received: from {inHeader} (", Received(name), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[192.0.2.777]")]
    [InlineData("[192.0.2.7")]
    [InlineData("[]")]
    [InlineData("[IPv6:12345::]")]
    [InlineData("[2001:db8::25%]")]
    [InlineData("[2001:db8::25%a b]")]
    [InlineData("[fe80::1%e(n)0]")]
    [InlineData("[a(b)]")]
    [InlineData("a(b")]
    [InlineData("a b")]
    public void A_hello_name_that_cannot_stand_in_a_header_is_refused(string name) => Assert.Equal(501, Parse($"EHLO {name}").Error!.Code);

    /// <summary>C1 controls act on terminals like ESC; the others hide text or change its direction.</summary>
    [Theory]
    [InlineData('\u009b')]
    [InlineData('\u0080')]
    [InlineData('\u0085')]
    [InlineData('\u009f')]
    [InlineData('\u00ad')]
    [InlineData('\u061c')]
    [InlineData('\u200b')]
    [InlineData('\u200e')]
    [InlineData('\u202e')]
    [InlineData('\u2066')]
    [InlineData('\u2028')]
    [InlineData('\u2029')]
    [InlineData('\ufeff')]
    [InlineData('\ufff9')]
    [InlineData('\ufffe')]
    [InlineData('\ufdd0')]
    public void Control_and_invisible_characters_are_refused_in_every_argument(char character)
    {
        foreach (var line in new[] { "EHLO a{0}b", "HELO {0}", "MAIL FROM:<a{0}@client.example> SMTPUTF8",
            "MAIL FROM:<a@client{0}.example> SMTPUTF8", "MAIL FROM:<\"a{0}\"@b.example> SMTPUTF8",
            "RCPT TO:<a{0}@example.net>", "VRFY a{0}", "EXPN a{0}", "ETRN a{0}", "NOOP {0}", "HELP {0}",
                "MAIL FROM:<a@b.example> ENVID=a{0}", "XCLIENT NAME=a{0}" })
            Assert.Equal((line, 500), (line, Parse(line.Replace("{0}", character.ToString(), StringComparison.Ordinal)).Error?.Code ?? 0));
        Assert.False(SmtpAddressParser.TryParse($"a{character}@example.net", out _));
        Assert.Equal("a?b", PeerText.Clean($"a{character}b"));
    }

    [Theory]
    [InlineData("ä@client.example")]
    [InlineData("用户@client.example")]
    [InlineData("नमस्\u200dते@client.example")]
    [InlineData("👩\u200d🔬@client.example")]
    public void Letters_of_all_scripts_are_accepted(string address) => Assert.Null(Parse($"MAIL FROM:<{address}> SMTPUTF8").Error);

    [Theory]
    [InlineData("xn--example.com", "xn--example.com")]
    [InlineData("XN--Example.com", "xn--example.com")]
    [InlineData("xn--a.example", "xn--a.example")]
    [InlineData("mail.xn--99999999999.example", "mail.xn--99999999999.example")]
    [InlineData("xn--80ak6aa92e.com", "xn--80ak6aa92e.com")]
    [InlineData("r3---sn-x.example", "r3---sn-x.example")]
    [InlineData("client.example.", "client.example")]
    [InlineData("my_host.client.example", "my_host.client.example")]
    [InlineData("[2001:db8::1]", "[IPv6:2001:db8::1]")]
    [InlineData("123.example", "123.example")]
    public void Domains_with_harmless_deviations_are_accepted(string domain, string kept)
    {
        Assert.Equal(kept, Assert.IsType<SmtpCommand.Mail>(Parse($"MAIL FROM:<a@{domain}>").Command).Value.ReversePath!.Domain);
        Assert.Equal(kept, Assert.IsType<SmtpCommand.Rcpt>(Parse($"RCPT TO:<a@{domain}>").Command).Value.Recipient.Domain);
    }

    [Theory]
    [InlineData("b\u00fccher.xn--example.com", "xn--bcher-kva.xn--example.com")]
    [InlineData("b\u00fccher.example.", "xn--bcher-kva.example")]
    public void U_labels_may_stand_beside_fake_a_labels(string domain, string kept) =>
        Assert.Equal(kept, Assert.IsType<SmtpCommand.Mail>(Parse($"MAIL FROM:<a@{domain}> SMTPUTF8").Command).Value.ReversePath!.Domain);

    [Theory]
    [InlineData("a@xn---")]
    [InlineData("a@client..example")]
    [InlineData("a@client.example..")]
    [InlineData("a@.")]
    [InlineData("a@.example")]
    [InlineData("a@[2001:db8::1%en0]")]
    [InlineData("a@[2001:db8::12345]")]
    public void Malformed_domains_are_refused(string address) => Assert.Equal(501, Parse($"MAIL FROM:<{address}>").Error!.Code);

    [Theory]
    [InlineData("<a..b@client.example>", "\"a..b\"@client.example")]
    [InlineData("<.a@client.example>", "\".a\"@client.example")]
    [InlineData("<a.@client.example>", "\"a.\"@client.example")]
    [InlineData("a@client.example", "a@client.example")]
    [InlineData("a..b@client.example SIZE=10", "\"a..b\"@client.example")]
    [InlineData("<a@-client-.example>", "a@-client-.example")]
    public void Lenient_syntax_accepts_more(string path, string kept)
    {
        Assert.Equal(501, Parse($"MAIL FROM:{path}").Error!.Code);
        Assert.Equal(kept, Assert.IsType<SmtpCommand.Mail>(
            Parse($"MAIL FROM:{path}", SmtpAddressSyntax.Lenient).Command).Value.ReversePath!.ToString());
    }

    [Fact]
    public void Lenient_syntax_accepts_long_local_parts()
    {
        Assert.Null(Parse($"MAIL FROM:<{new string('a', 255)}@b.example>", SmtpAddressSyntax.Lenient).Error);
        Assert.Equal(501, Parse($"MAIL FROM:<{new string('a', 256)}@b.example>", SmtpAddressSyntax.Lenient).Error!.Code);
    }

    [Theory]
    [InlineData("<a@client.example")]
    [InlineData("a@client.example>")]
    [InlineData("a b@client.example")]
    [InlineData("<a@client..example>")]
    [InlineData("")]
    [InlineData("<a@@b.example>")]
    public void Lenient_syntax_refuses_ambiguous_paths(string path) =>
        Assert.Equal(501, Parse($"MAIL FROM:{path}", SmtpAddressSyntax.Lenient).Error!.Code);

    private static SmtpCommandLine Parse(string line, SmtpAddressSyntax syntax = SmtpAddressSyntax.Standard) =>
        SmtpCommandParser.Parse(Encoding.UTF8.GetBytes(line), smtpUtf8: true, syntax);

    private static string Received(string helo)
    {
        var field = new ArrayBufferWriter<byte>();
        var peer = new SmtpPeer("mx", SmtpListenerMode.Mx, new IPEndPoint(IPAddress.Parse("192.0.2.7"), 1), new IPEndPoint(
            IPAddress.Loopback, 25))
        { Helo = helo };
        ReceivedHeader.Write(field, peer, "mx.example.net", "1", null, smtpUtf8: false, DateTimeOffset.UnixEpoch);
        return Encoding.UTF8.GetString(field.WrittenSpan);
    }
}
