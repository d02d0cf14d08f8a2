using System.Net;
using System.Text;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>The checks of the sender beside a session: what begins when, who waits for what, and what is stored.</summary>
public class SenderCheckTests
{
    private static readonly TimeSpan Answer = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_mail_that_proves_its_sender_is_stored_with_every_verdict()
    {
        await using var scene = await SenderScene.CreateAsync();
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
        var message = await scene.StoredAsync();
        var verdicts = VerdictsReader.Read(message.AuthenticationJson);
        Assert.Equal(SenderVerdict.Pass, verdicts.Verdict);
        Assert.Equal("mail.customer.example", verdicts.Iprev.Name);
        Assert.Equal((CheckResult.Pass, "mfrom", "customer.example"), (verdicts.Spf.Result, verdicts.Spf.Scope, verdicts.Spf.Domain));
        var dkim = Assert.Single(verdicts.Dkim);
        Assert.Equal(("customer.example", "s1", 2048), (dkim.Domain, dkim.Selector, dkim.Bits));
        Assert.Equal((CheckResult.Pass, "reject"), (verdicts.Dmarc.Result, verdicts.Dmarc.Policy));
        Assert.Equal(["spf", "dkim"], verdicts.Dmarc.Alignment);
        Assert.Equal("mail.customer.example", message.Envelope.ClientName);
        Assert.Contains(
            "from client.example (mail.customer.example [192.0.2.1])", await scene.Reception.StoredAsync(message.Id), StringComparison.Ordinal);
        Assert.StartsWith("Authentication-Results: mx.example.com;", message.ResultsField, StringComparison.Ordinal);
        Assert.Contains("dkim=pass header.d=customer.example", message.ResultsField, StringComparison.Ordinal);
        Assert.Contains("dmarc=pass header.from=customer.example", message.ResultsField, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trusted")]
    [InlineData("user")]
    [InlineData("lmtp")]
    [InlineData("off")]
    public async Task Trusted_clients_users_and_lmtp_are_not_checked(string who)
    {
        var off = new SenderCheckOptions
        {
            Iprev = null,
            Spf = null,
            Dmarc = null,
            Signatures = SignatureOptions.Default with { Dkim = false, Arc = false },
        };
        await using var scene = await SenderScene.CreateAsync(
            rules: "rules: [ { name: none, when: { spf: none, dkim: none, dmarc: none, arc: none, verdict: none, dnsbl: false, client_name: false }, then: [ webhook: hook ] } ]",
            mode: who == "lmtp" ? SmtpListenerMode.Lmtp : SmtpListenerMode.Mx);
        if (who == "off")
            scene.Reception.Services.CurrentPolicy = scene.Reception.Services.CurrentPolicy with { Senders = null };
        scene.Reception.Peer.Trusted = who == "trusted";
        scene.Reception.Peer.User = who == "user" ? "al" : null;
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
        Assert.Empty(scene.Zone.Asked);
        var message = await scene.StoredAsync();
        Assert.Equal((null, null), (message.AuthenticationJson, message.ResultsField));
        Assert.False(off.ChecksAnything);
    }

    [Fact]
    public async Task A_connection_without_a_mail_looks_up_only_its_client()
    {
        await using var scene = await SenderScene.CreateAsync(options: new SenderCheckOptions
        {
            Lists = [new DnsListOptions { Zone = "bl.example" }],
        });
        await scene.Reception.Receiver.ConnectAsync(CancellationToken.None);
        Assert.Equal(
            ["1.2.0.192.bl.example", "1.2.0.192.in-addr.arpa", "mail.customer.example"],
            scene.Zone.Asked.Select(question => question.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Look_ups_take_the_share_of_their_client()
    {
        await using var scene = await SenderScene.CreateAsync();
        await scene.SendAsync(SenderScene.Signed);
        Assert.Equal([SmtpConnectionLimiter.Key(IPAddress.Parse("192.0.2.1"))], scene.Zone.Clients);
    }

    [Fact]
    public async Task Mails_of_a_connection_share_the_answers_about_their_client()
    {
        await using var scene = await SenderScene.CreateAsync();
        await scene.SendAsync(SenderScene.Signed);
        var first = scene.Zone.Asked.Count;
        await scene.SendAsync(SenderScene.Signed);
        Assert.Equal(1, scene.Zone.Asked.Count(question => question.Type == DnsRecordType.Ptr));
        Assert.True(scene.Zone.Asked.Count < 2 * first);
    }

    /// <summary>All look-ups run at the same time, and the PTR record with its address is the longest chain of them.</summary>
    [Fact]
    public async Task A_mail_waits_no_longer_than_its_longest_chain_of_look_ups()
    {
        await using var scene = await SenderScene.CreateAsync(clock => Slow(SenderScene.GoodZone(clock), Answer));
        var sending = scene.SendAsync(SenderScene.Signed);
        await UntilAsked(scene, "1.2.0.192.in-addr.arpa", "customer.example", "s1._domainkey.customer.example", "_dmarc.customer.example");
        Assert.False(sending.IsCompleted);
        scene.Reception.Clock.Advance(Answer);
        await UntilAsked(scene, "mail.customer.example");
        scene.Reception.Clock.Advance(Answer);
        Assert.Equal(250, (await sending.WaitAsync(TestContext.Current.CancellationToken)).Code);
        Assert.Equal(SenderVerdict.Pass, (await scene.VerdictsAsync()).Verdict);
    }

    [Fact]
    public async Task MAIL_and_RCPT_do_not_wait_for_look_ups()
    {
        await using var scene = await SenderScene.CreateAsync(clock => Slow(SenderScene.GoodZone(clock), Answer));
        Assert.True(scene.Reception.Receiver.ConnectAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
        Assert.True(scene.Reception.MailAsync().IsCompletedSuccessfully);
        Assert.Contains(("customer.example", DnsRecordType.Txt), scene.Zone.Asked);
        Assert.True(scene.Reception.RcptAsync("ann@example.com").IsCompletedSuccessfully);
        // A mail that is given up asks nothing more.
        scene.Reception.Receiver.Reset();
        await scene.Reception.Receiver.DisposeAsync();
        while (scene.Zone.Waiting > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Keys_and_policies_are_looked_up_while_the_body_still_streams()
    {
        await using var scene = await SenderScene.CreateAsync();
        var body = new WatchedBody(SenderScene.Signed.Replace("text", new string('x', 50_000), StringComparison.Ordinal), scene.Zone);
        await scene.Reception.MailAsync();
        await scene.Reception.RcptAsync("ann@example.com");
        Assert.Equal(250, (await scene.Reception.Receiver.DataAsync(body, CancellationToken.None))[0].Code);
        Assert.Contains("s1._domainkey.customer.example", body.AskedBeforeTheEnd);
        Assert.Contains("_dmarc.customer.example", body.AskedBeforeTheEnd);
    }

    /// <summary>Signatures were made over the forged field too: the check sees it, and nothing that we put on top.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public async Task Signatures_are_checked_over_the_octets_as_they_came(int chunk)
    {
        const string Forged = "Authentication-Results: mx.example.com; dmarc=pass\r\n";
        var signed = new SlowSigner { Tags = "v=1; a=rsa-sha256; c=simple/simple; d=customer.example; s=s1; " }.Sign(Forged + SenderScene.Mail);
        await using var scene = await SenderScene.CreateAsync();
        await scene.Reception.MailAsync();
        await scene.Reception.RcptAsync("ann@example.com");
        Assert.Equal(250, (await scene.Reception.DataAsync(signed, chunk))[0].Code);
        var message = await scene.StoredAsync();
        Assert.Equal(CheckResult.Pass, Assert.Single(VerdictsReader.Read(message.AuthenticationJson).Dkim).Result);
        Assert.DoesNotContain("dmarc=pass", await scene.Reception.StoredAsync(message.Id), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("From: al@customer.example\n", CheckResult.Pass)]
    [InlineData("From: friends: al@customer.example, <ann@customer.example>;\n", CheckResult.Pass)]
    [InlineData("From: al@customer.example\nFrom: eve@bank.example\n", CheckResult.PermError)]
    [InlineData("From: al@customer.example, eve@bank.example\n", CheckResult.Fail)]
    [InlineData("From: undisclosed:;\n", CheckResult.None)]
    [InlineData("Subject: nobody\n", CheckResult.None)]
    [InlineData("From: Mail of nobody\n", CheckResult.PermError)]
    [InlineData("From: <al@customer.example> <eve@bank.example>\n", CheckResult.PermError)]
    public async Task The_author_is_the_address_in_From(string header, CheckResult dmarc)
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => SenderScene.GoodZone(clock).Txt("_dmarc.bank.example", "v=DMARC1; p=reject"));
        Assert.Equal(250, (await scene.SendAsync(header + "\ntext\n")).Code);
        Assert.Equal(dmarc, (await scene.VerdictsAsync()).Dmarc.Result);
    }

    [Fact]
    public async Task The_null_reverse_path_is_checked_by_its_helo()
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => SenderScene.GoodZone(clock).Txt("client.example", "v=spf1 ip4:192.0.2.0/24 -all"));
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Mail, sender: "")).Code);
        var spf = (await scene.VerdictsAsync()).Spf;
        Assert.Equal((CheckResult.Pass, "helo", "client.example"), (spf.Result, spf.Scope, spf.Domain));
    }

    [Fact]
    public async Task A_check_that_breaks_is_temperror_and_the_mail_is_accepted()
    {
        await using var scene = await SenderScene.CreateAsync();
        var policy = scene.Reception.Services.CurrentPolicy;
        scene.Reception.Services.CurrentPolicy =
            policy with { Senders = new SenderChecks(new SenderCheckOptions(), new BrokenResolver(), scene.Reception.Clock) };
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
        var verdicts = await scene.VerdictsAsync();
        Assert.Equal(CheckResult.TempError, verdicts.Spf.Result);
        Assert.Equal(CheckResult.TempError, verdicts.Iprev.Result);
        Assert.Equal(SenderVerdict.None, verdicts.Verdict);
    }

    private static ZoneResolver Slow(ZoneResolver zone, TimeSpan delay)
    {
        zone.Delay = delay;
        return zone;
    }

    private static async Task UntilAsked(SenderScene scene, params string[] names)
    {
        while (!names.All(name => scene.Zone.Asked.Any(question => question.Name == name)))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class WatchedBody(string mail, ZoneResolver zone) : SmtpBody
    {
        private readonly byte[] _octets = Encoding.UTF8.GetBytes(mail);
        private int _taken;

        public IReadOnlyList<string> AskedBeforeTheEnd { get; private set; } = [];

        public override SmtpReply? Refusal => null;

        public override bool Normalized => false;

        public override ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
        {
            if (_taken < _octets.Length)
                AskedBeforeTheEnd = [.. zone.Asked.Select(question => question.Name)];
            var count = Math.Min(Math.Min(destination.Length, 4096), _octets.Length - _taken);
            _octets.AsMemory(_taken, count).CopyTo(destination);
            _taken += count;
            return ValueTask.FromResult(count);
        }
    }

    private sealed class BrokenResolver : IDnsResolver
    {
        public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken) =>
            throw new InvalidDataException("the resolver is broken");
    }
}
