using System.Net;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.Reception.Authors;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>
/// Mails whose client may send for customer.example, and which some mail program shows as bank.example's, or as what the signer did not
/// sign: none of them passes, and none gets past <c>dmarc: enforce</c>.
/// </summary>
public class ForgedAuthorTests
{
    private static readonly EnforcementPolicy Enforced = new() { Dmarc = new EnforcedCheck(Refuses: true, Defers: false) };

    public static TheoryData<string, string> Forged => new()
    {
        { "below more fields than are read", string.Concat(Enumerable.Repeat("X: y\r\n", 5000)) + "From: ceo@bank.example\r\n" },
        { "below more octets than are read",
            $"From: al@customer.example\r\n{string.Concat(Enumerable.Repeat($"X: {new string('y', 990)}\r\n", 280))}From: ceo@bank.example\r\n" },
        { "behind more addresses than are shown",
            $"From: {string.Join(",\r\n ", Enumerable.Repeat("al@customer.example", 2000))},\r\n ceo@bank.example\r\n" },
        { "a second field", "From: al@customer.example\r\nFrom: ceo@bank.example\r\n" },
        { "a second field with a blank", "From : ceo@bank.example\r\nFrom: al@customer.example\r\n" },
        { "a second field with NUL", "Fr\0om: ceo@bank.example\r\nFrom: al@customer.example\r\n" },
        { "a second field behind a CR", "From: al@customer.example\r\nX: y\rFrom: ceo@bank.example\r\n" },
        { "a second field behind what is no field", "From: al@customer.example\r\nno\r\nfield\r\nFrom: ceo@bank.example\r\n" },
        { "only NUL in the name", "Fr\0om: ceo@bank.example\r\n" },
        { "only a line that continues nothing", " From: ceo@bank.example\r\n" },
        { "two at signs", "From: ceo@bank.example@customer.example\r\n" },
        { "NUL in the address", "From: ceo@bank.example\0@customer.example\r\n" },
        { "an encoded address", "From: =?utf-8?q?ceo=40bank.example?=@customer.example\r\n" },
        { "a quoted address", "From: \"ceo@bank.example\"@customer.example\r\n" },
        { "a route", "From: <@customer.example:ceo@bank.example>\r\n" },
        { "two brackets", "From: <ceo@bank.example> <al@customer.example>\r\n" },
        { "an escaped quote", "From: \"CEO \\\" <ceo@bank.example>\" <al@customer.example>\r\n" },
        { "a name that is an address", "From: ceo@bank.example <al@customer.example>\r\n" },
        { "an address literal", "From: ceo@[192.0.2.1]\r\n" },
        { "nobody", "Subject: x\r\n" },
        { "an empty group", "From: bank.example:;\r\n" },
        { "an empty field", "From:\r\n" },
        { "a domain in full-width letters", "From: ceo@\uff42ank.example\r\n" },
        { "a domain with a final dot", "From: ceo@bank.example.\r\n" },
        { "a fake A-label", "From: ceo@xn--bank-.customer.example\r\n" },
        { "an A-label of letters that look wider", "From: ceo@xn--ank-r76s.customer.example\r\n" },
        { "five domains", "From: a@customer.example, b@a.example, c@b.example, d@c.example, ceo@bank.example\r\n" },
    };

    /// <param name="how">Names the case.</param>
    [Theory]
    [MemberData(nameof(Forged))]
    public async Task A_forged_author_does_not_pass(string how, string header)
    {
        var mail = header + "\r\nhi\r\n";
        await using (var scene = await SenderScene.CreateAsync(Zone))
        {
            Assert.Equal((how, 250), (how, (await scene.SendAsync(mail)).Code));
            var verdicts = await scene.VerdictsAsync();
            Assert.Equal(CheckResult.Pass, verdicts.Spf.Result);
            Assert.NotEqual((how, SenderVerdict.Pass), (how, verdicts.Verdict));
            Assert.NotEqual((how, CheckResult.Pass), (how, verdicts.Dmarc.Result));
        }
        await using (var strict = await SenderScene.CreateAsync(Zone, enforcement: Enforced))
        {
            var reply = await strict.SendAsync(mail);
            Assert.Equal((how, 550, "5.7.1"), (how, reply.Code, reply.Enhanced.ToString()));
            Assert.Contains(reply.Reason, new[] { "dmarc", "dmarc_author" });
            // RFC 5321 §4.5.1: postmaster hears everybody.
            Assert.Equal(250, (await strict.SendAsync(mail, "al@customer.example", "postmaster@example.com")).Code);
        }
    }

    /// <summary>Whatever From looks like: where the mail passes, another reader shows nobody but who may send.</summary>
    [Fact]
    public async Task A_mail_that_passes_is_shown_as_no_other_author()
    {
        await using var scene = await SenderScene.CreateAsync(clock => new ZoneResolver(clock)
            .Txt("attacker.test", "v=spf1 ip4:192.0.2.1 -all").Txt("_dmarc.victim.test", "v=DMARC1; p=reject"));
        var random = new Random(25);
        for (var round = 0; round < 300; round++)
            Assert.Equal(250, (await scene.SendAsync(RandomFrom.Header(random) + "\r\nhi\r\n", "a@attacker.test")).Code);
        var passed = 0;
        foreach (var delivery in await scene.Reception.DeliveriesAsync())
        {
            var message = await scene.Reception.Spool.FindMessageAsync(delivery.MessageId, TestContext.Current.CancellationToken);
            if (VerdictsReader.Read(message!.AuthenticationJson).Verdict != SenderVerdict.Pass)
                continue;
            passed++;
            Assert.All(
                OtherReader.Authors(await scene.Reception.StoredAsync(delivery.MessageId)).Where(address => address.Contains('@')),
                address => Assert.EndsWith("@attacker.test", address.TrimEnd('.'), StringComparison.Ordinal));
        }
        Assert.InRange(passed, 10, 250);
    }

    [Theory]
    [InlineData("From: Al <al@customer.example>\r\n")]
    [InlineData("FROM : \"Al, of us\" (c) <al@customer.example> (c)\r\n")]
    [InlineData("From: friends: al@customer.example, bo@customer.example;\r\n")]
    public async Task An_honest_author_passes(string header)
    {
        await using var scene = await SenderScene.CreateAsync(Zone, enforcement: Enforced);
        Assert.Equal(250, (await scene.SendAsync(header + "Subject: x\r\n\r\nhi\r\n")).Code);
        Assert.Equal(SenderVerdict.Pass, (await scene.VerdictsAsync()).Verdict);
    }

    [Fact]
    public async Task The_reply_says_what_is_wrong()
    {
        await using var scene = await SenderScene.CreateAsync(Zone, enforcement: Enforced);
        var reply = await scene.SendAsync("From: <ceo@bank.example> <al@customer.example>\r\n\r\nhi\r\n");
        Assert.Equal("The author of the mail can't be told: From has an address that programs read differently (DMARC)", reply.Text);
        Assert.Contains("programs read differently", reply.LogDetail, StringComparison.Ordinal);
        Assert.Equal("The author of the mail can't be told: From names no domain (DMARC)", (await scene.SendAsync("\r\nhi\r\n")).Text);
    }

    /// <summary>What a domain owner published by mistake is not the mail's fault: it counts as no record (RFC 9989 §4.10.1).</summary>
    [Theory]
    [InlineData("v=DMARC1; p=nonsense")]
    [InlineData("v=DMARC1")]
    [InlineData("v=DMARC2; p=reject")]
    public async Task A_broken_record_refuses_nobody(string record)
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => Zone(clock).Txt("_dmarc.broken.example", record), enforcement: Enforced);
        Assert.Equal(250, (await scene.SendAsync("From: al@broken.example\r\n\r\nhi\r\n")).Code);
        Assert.Equal(DeliveryState.Pending, Assert.Single(await scene.Reception.DeliveriesAsync()).State);
    }

    /// <summary>What stands above a signed mail, and whether the signature still proves who wrote it.</summary>
    [Theory]
    [InlineData("", 0, "pass", "dkim")]
    [InlineData("Subject: pay\r\n", 0, "pass: the signature does not cover every Subject field", "")]
    [InlineData("SUBJECT : pay\r\n", 0, "pass: the signature does not cover every Subject field", "")]
    [InlineData("X-Other: y\r\nX-Other: z\r\nReceived: a\r\n", 0, "pass", "dkim")]
    [InlineData("", 14, "pass: l= leaves 14 octets of the body unsigned", "")]
    public async Task A_signature_that_covers_a_part_of_the_mail_proves_no_author(string above, int appended, string dkim, string aligned)
    {
        var signer = new SlowSigner
        {
            Names = "From:Subject",
            Tags = $"v=1; a=rsa-sha256; c=relaxed/relaxed; d=customer.example; s=s1; {(appended > 0 ? "l=6; " : string.Empty)}",
        };
        var more = appended > 0 ? "and more text"[..(appended - 2)] + "\r\n" : string.Empty;
        var mail = above + signer.Sign(SenderScene.Mail) + more;
        await using var scene = await SenderScene.CreateAsync(clock => new ZoneResolver(clock)
            .Txt("s1._domainkey.customer.example", SlowSigner.RsaRecord).Txt("_dmarc.customer.example", "v=DMARC1; p=reject"));
        Assert.Equal(250, (await scene.SendAsync(mail)).Code);
        var verdicts = await scene.VerdictsAsync();
        var signature = Assert.Single(verdicts.Dkim);
        Assert.Equal(
            (dkim, aligned, aligned.Length == 0), (signature.Text(), string.Join(' ', verdicts.Dmarc.Alignment), signature.IsPartial));
        Assert.Equal(aligned.Length > 0 ? SenderVerdict.Pass : SenderVerdict.Fail, verdicts.Verdict);
        if (aligned.Length == 0)
            Assert.Contains(verdicts.Reasons, reason => reason.Contains(signature.Reason!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_author_above_a_signed_mail_is_nobody_the_signature_covers()
    {
        var signed = new SlowSigner { Names = "From:Subject", Tags = "v=1; a=rsa-sha256; d=customer.example; s=s1; " }.Sign(SenderScene.Mail);
        await using var scene = await SenderScene.CreateAsync(Zone);
        Assert.Equal(250, (await scene.SendAsync("From: boss@customer.example\r\n" + signed)).Code);
        var verdicts = await scene.VerdictsAsync();
        Assert.Equal("policy: the signature does not cover every From field", Assert.Single(verdicts.Dkim).Text());
        Assert.Equal((CheckResult.PermError, SenderVerdict.None), (verdicts.Dmarc.Result, verdicts.Verdict));
        Assert.Equal("there is more than one From field", verdicts.Dmarc.Problem);
    }

    /// <summary>Nobody may take a mail that could not be judged for one that was not asked about.</summary>
    [Fact]
    public async Task A_fault_of_the_judgement_is_a_temporary_error_and_is_told()
    {
        var observer = new FaultyObserver();
        using var client = new SenderChecks(new SenderCheckOptions(), SenderScene.GoodZone(), TimeProvider.System)
            .Connect(IPAddress.Parse("192.0.2.1"), observer);
        using var check = client.Begin("client.example", "al@customer.example");
        check.Take("From: al@customer.example\r\n\r\nhi\r\n"u8);
        check.HeaderArrived(new SenderHeader(["customer.example"], []));
        var verdicts = await check.ConcludeAsync(TestContext.Current.CancellationToken);
        Assert.Equal((CheckResult.TempError, "the counter is broken"), (verdicts.Dmarc.Result, verdicts.Dmarc.Problem));
        Assert.Equal((SenderVerdict.None, "temperror (the counter is broken)"), (verdicts.Verdict, Assert.Single(verdicts.Reasons)));
        Assert.Equal(CheckResult.Pass, verdicts.Spf.Result);
        Assert.Equal("verdict: the counter is broken", Assert.Single(observer.Faults));
    }

    private static ZoneResolver Zone(TimeProvider clock) =>
        SenderScene.GoodZone(clock).Txt("_dmarc.bank.example", "v=DMARC1; p=reject");

    private sealed class FaultyObserver : SenderCheckObserver
    {
        public List<string> Faults { get; } = [];

        public override void Answered(string method, object verdict, TimeSpan elapsed)
        {
            if (method == "dmarc")
                throw new InvalidOperationException("the counter is broken");
        }

        public override void Faulted(string method, Exception fault) => Faults.Add($"{method}: {fault.Message}");
    }
}
