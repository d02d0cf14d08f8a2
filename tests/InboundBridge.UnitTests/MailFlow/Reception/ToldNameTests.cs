using System.Net;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.Smtp.Server;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>
/// A trusted proxy tells who the client is (XCLIENT): its NAME and what the appliance says about the client's name agree.
/// </summary>
public class ToldNameTests
{
    private const string Rules = """
        rules:
          - { name: nameless, when: { recipient: "nameless@*", client_name: false }, then: [ reject: nameless ] }
          - { name: named, when: { recipient: "named@*", client_name: "*.customer.example" }, then: [ reject: named ] }
          - { name: all, then: [ webhook: hook ] }
        """;

    [Theory]
    [InlineData("XCLIENT NAME=other.customer.example ADDR=192.0.2.1", "other.customer.example", CheckResult.Pass)]
    [InlineData("XCLIENT NAME=[UNAVAILABLE] ADDR=192.0.2.1", null, CheckResult.PermError)]
    [InlineData("XCLIENT NAME=[TEMPUNAVAIL] ADDR=192.0.2.1", null, CheckResult.TempError)]
    [InlineData("XCLIENT ADDR=192.0.2.1", "mail.customer.example", CheckResult.Pass)]
    [InlineData("XCLIENT NAME=other.customer.example|XCLIENT ADDR=192.0.2.1", "other.customer.example", CheckResult.Pass)]
    [InlineData("XCLIENT NAME=other.customer.example ADDR=192.0.2.1|XCLIENT HELO=x.example", "other.customer.example", CheckResult.Pass)]
    [InlineData("XCLIENT NAME=other.customer.example ADDR=192.0.2.9|XCLIENT ADDR=192.0.2.1", "mail.customer.example", CheckResult.Pass)]
    public async Task Envelope_verdict_and_trace_field_tell_the_same_name(string commands, string? name, CheckResult result)
    {
        await using var scene = await SenderScene.CreateAsync();
        Assert.StartsWith("250", await SendAsync(scene, commands, "ann@example.com"), StringComparison.Ordinal);
        var stored = await scene.StoredAsync();
        Assert.Equal(name, stored.Envelope.ClientName);
        Assert.Equal(new IprevVerdict(result, name), (await scene.VerdictsAsync()).Iprev);
        var trace = await scene.Reception.StoredAsync(stored.Id);
        Assert.Contains(name is null ? "([192.0.2.1])" : $"({name} [192.0.2.1])", trace.Split("\r\n\tby")[0], StringComparison.Ordinal);
        if (commands.Contains("NAME", StringComparison.Ordinal) && name != "mail.customer.example")
            Assert.DoesNotContain(scene.Zone.Asked, question => question.Name.EndsWith("in-addr.arpa", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("NAME=other.customer.example", "named@example.com", "550 5.7.1 named")]
    [InlineData("NAME=other.customer.example", "nameless@example.com", "250")]
    [InlineData("NAME=[UNAVAILABLE]", "nameless@example.com", "550 5.7.1 nameless")]
    [InlineData("NAME=[TEMPUNAVAIL]", "nameless@example.com", "451 4.3.0")]
    public async Task Rules_see_what_the_proxy_said(string name, string recipient, string reply)
    {
        await using var scene = await SenderScene.CreateAsync(rules: Rules);
        Assert.StartsWith(reply, await SendAsync(scene, $"XCLIENT {name} ADDR=192.0.2.1", recipient), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NAME=other.customer.example", "250")]
    [InlineData("NAME=[UNAVAILABLE]", "550 5.7.25")]
    [InlineData("NAME=[TEMPUNAVAIL]", "451 4.7.25")]
    public async Task Enforcement_follows_what_the_proxy_said(string name, string reply)
    {
        await using var scene = await SenderScene.CreateAsync(
            enforcement: new EnforcementPolicy { Iprev = new EnforcedCheck(Refuses: true, Defers: true) });
        Assert.StartsWith(reply, await SendAsync(scene, $"XCLIENT {name} ADDR=192.0.2.1", "ann@example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_an_address_is_not_trusted_like_the_proxy()
    {
        await using var scene = await SenderScene.CreateAsync();
        SmtpPeer? peer = null;
        Assert.StartsWith(
            "250", await SendAsync(scene, "XCLIENT NAME=[UNAVAILABLE] ADDR=[UNAVAILABLE]", "ann@example.com", each => peer = each),
            StringComparison.Ordinal);
        Assert.Equal((false, null), (peer!.Trusted, peer.ClientIp));
        Assert.Contains("(unknown)", await scene.Reception.StoredAsync((await scene.StoredAsync()).Id), StringComparison.Ordinal);
    }

    /// <summary>Otherwise every sender would be confirmed, like the proxy's own.</summary>
    [Theory]
    [InlineData("XCLIENT ADDR=[UNAVAILABLE]", CheckResult.TempError)]
    [InlineData("XCLIENT HELO=client.example", CheckResult.TempError)]
    [InlineData("XCLIENT ADDR=[UNAVAILABLE] PORT=4711", CheckResult.TempError)]
    [InlineData("XCLIENT PORT=4711 ADDR=[UNAVAILABLE]", CheckResult.TempError)]
    [InlineData("XCLIENT ADDR=[UNAVAILABLE]|XCLIENT PORT=4711", CheckResult.TempError)]
    [InlineData("XCLIENT ADDR=192.0.2.1 PORT=25|XCLIENT ADDR=[UNAVAILABLE] PORT=4711", CheckResult.TempError)]
    [InlineData("XCLIENT NAME=other.customer.example PORT=99", CheckResult.Pass)]
    public async Task Without_an_address_only_a_signature_confirms_the_sender(string command, CheckResult name)
    {
        await using var scene = await SenderScene.CreateAsync();
        Assert.StartsWith(
            "250", await SendAsync(scene, command, "ann@example.com", mail: SenderScene.Signed), StringComparison.Ordinal);
        var stored = await scene.StoredAsync();
        Assert.Equal((false, null), (stored.Envelope.Trusted, stored.Envelope.ClientIp));
        var verdicts = await scene.VerdictsAsync();
        Assert.Equal(
            (name, CheckResult.TempError, CheckResult.Pass, CheckResult.Pass),
            (verdicts.Iprev.Result, verdicts.Spf.Result, verdicts.Dkim[0].Result, verdicts.Dmarc.Result));
        Assert.Equal(["dkim"], verdicts.Dmarc.Alignment);
    }

    [Fact]
    public async Task Without_an_address_an_unsigned_mail_stays_unknown()
    {
        await using var scene = await SenderScene.CreateAsync(
            enforcement: new EnforcementPolicy { Dmarc = new EnforcedCheck(Refuses: true, Defers: true) });
        Assert.StartsWith("451 4.7.5", await SendAsync(scene, "XCLIENT ADDR=[UNAVAILABLE]", "ann@example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_about_our_own_end_leaves_the_proxy_what_it_is()
    {
        await using var scene = await SenderScene.CreateAsync();
        await SendAsync(scene, "XCLIENT DESTADDR=192.0.2.7 DESTPORT=25", "ann@example.com");
        Assert.True((await scene.StoredAsync()).Envelope.Trusted);
    }

    /// <summary>Returns the first negative reply, or the reply to the data.</summary>
    private static async Task<string> SendAsync(
        SenderScene scene, string commands, string recipient, Action<SmtpPeer>? seen = null, string mail = SenderScene.Mail)
    {
        await using var server = new SmtpTestServer
        {
            Remote = new IPEndPoint(IPAddress.Parse("203.0.113.1"), 25),
            Options = new() { Hostname = "mx.example.com", Trusted = [IPNetwork.Parse("203.0.113.1/32")] },
            Receivers = peer =>
            {
                seen?.Invoke(peer);
                return new MailReceiver(peer, scene.Reception.Services);
            },
        };
        var client = server.Start();
        var reply = await client.ReadReplyAsync();
        string[] lines =
        [
            "EHLO proxy.example", .. commands.Split('|').SelectMany(command => new[] { command, "EHLO client.example" }),
            "MAIL FROM:<al@customer.example>",
            $"RCPT TO:<{recipient}>", "DATA", $"{mail}.",
        ];
        foreach (var line in lines)
        {
            reply = await client.SayAsync(line);
            if (reply.StartsWith('4') || reply.StartsWith('5'))
                return reply;
        }
        return reply;
    }
}
