using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Reception.Enforcement;

/// <summary>What is refused, put off or held for its sender, without a rule.</summary>
public class SenderEnforcementTests
{
    private static readonly EnforcedCheck Enforced = new(Refuses: true, Defers: false);
    private static readonly EnforcedCheck Strict = new(Refuses: true, Defers: true);

    private static readonly EnforcementPolicy All = new() { Iprev = Enforced, Spf = Enforced, Dkim = Enforced, Dmarc = Enforced };

    [Fact]
    public async Task A_mail_that_proves_its_sender_passes_all_of_them()
    {
        await using var scene = await SenderScene.CreateAsync(enforcement: All);
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
    }

    [Fact]
    public async Task An_spf_fail_is_refused_at_rcpt_with_the_domains_words_marked_as_such()
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Txt("customer.example", "v=spf1 -all exp=why.customer.example")
                .Txt("why.customer.example", "%{i} is none of our servers, see http://customer.example/spf"),
            enforcement: new() { Spf = Enforced });
        await scene.Reception.MailAsync();
        var reply = await scene.Reception.RcptAsync("ann@example.com");
        Assert.Equal("550 5.7.23 192.0.2.1 may not send mail of customer.example (SPF); customer.example explains: "
            + "192.0.2.1 is none of our servers, see http://customer.example/spf", Line(reply));
        Assert.Equal("spf", reply.Reason);
        Assert.StartsWith("spf=fail for customer.example (mfrom, matched by ", reply.LogDetail, StringComparison.Ordinal);
        // RFC 5321 §4.5.1: postmaster hears everybody.
        Assert.Equal(250, (await scene.Reception.RcptAsync("Postmaster@example.com")).Code);
    }

    [Fact]
    public async Task A_long_explanation_fits_one_line_of_a_reply()
    {
        var longest = string.Join(' ', Enumerable.Repeat("words", 200));
        await using var scene = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Txt("customer.example", "v=spf1 -all exp=why.customer.example")
                .Txt("why.customer.example", longest),
            enforcement: new() { Spf = Enforced });
        await scene.Reception.MailAsync();
        var reply = await scene.Reception.RcptAsync("ann@example.com");
        Assert.InRange(Line(reply).Length, 200, 510);
        Assert.DoesNotContain('\n', reply.Text);
    }

    [Theory]
    [InlineData("v=spf1 ~all", 250)]
    [InlineData("v=spf1 ?all", 250)]
    [InlineData("v=spf1 bogus -all", 250)]
    [InlineData("v=spf1 ip4:192.0.2.1 -all", 250)]
    [InlineData("v=spf1 -all", 550)]
    public async Task Only_a_fail_of_spf_is_refused(string record, int code)
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Txt("customer.example", record), enforcement: new() { Spf = Strict });
        await scene.Reception.MailAsync();
        Assert.Equal(code, (await scene.Reception.RcptAsync("ann@example.com")).Code);
    }

    [Theory]
    [InlineData("v=DMARC1; p=reject", "550 5.7.1")]
    [InlineData("v=DMARC1; p=reject; t=y", "held")]
    [InlineData("v=DMARC1; p=quarantine", "held")]
    [InlineData("v=DMARC1; p=none", "pending")]
    [InlineData("v=spf1", "pending")]
    public async Task The_policy_of_the_author_is_followed(string record, string outcome)
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Txt("_dmarc.customer.example", record), enforcement: new() { Dmarc = Enforced });
        var reply = await scene.SendAsync(SenderScene.Mail);
        if (reply.IsPositive)
        {
            var delivery = Assert.Single(await scene.Reception.DeliveriesAsync());
            Assert.Equal(outcome, delivery.State.ToString().ToLowerInvariant());
            // A held mail knows where it goes once a person releases it.
            Assert.Equal("hook", delivery.Destination);
            Assert.Equal(
                outcome == "held" ? "DMARC: customer.example asks to quarantine mail that does not prove to be its own" : null,
                delivery.HoldReason);
            return;
        }
        Assert.StartsWith(outcome + " ", Line(reply), StringComparison.Ordinal);
        Assert.Equal("dmarc", reply.Reason);
        Assert.Contains("dmarc=fail", reply.LogDetail, StringComparison.Ordinal);
        Assert.Empty(await scene.Reception.DeliveriesAsync());
    }

    [Fact]
    public async Task Without_a_signature_that_passes_a_mail_is_refused_where_dkim_is_enforced()
    {
        await using var scene = await SenderScene.CreateAsync(enforcement: new() { Dkim = Enforced });
        var unsigned = await scene.SendAsync(SenderScene.Mail);
        Assert.Equal("550 5.7.20 No DKIM signature that passes", Line(unsigned));
        Assert.Equal("no signature", unsigned.LogDetail);
        var changed = await scene.SendAsync(SenderScene.Signed.Replace("text", "test", StringComparison.Ordinal));
        Assert.Equal(550, changed.Code);
        Assert.Contains("customer.example: ", changed.LogDetail, StringComparison.Ordinal);
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
    }

    [Theory]
    [InlineData("192.0.2.1", null, "550 5.7.25", "iprev=permerror: 192.0.2.1 has no PTR record")]
    [InlineData(null, "mail.customer.example", "550 5.7.25", "iprev=fail: mail.customer.example does not lead back to 192.0.2.1")]
    [InlineData("192.0.2.1", "mail.customer.example", "250 2.1.5", null)]
    public async Task A_client_without_a_confirmed_name_is_refused_where_iprev_is_enforced(
        string? address, string? name, string expected, string? detail)
    {
        await using var scene = await SenderScene.CreateAsync(
            clock =>
            {
                var zone = new ZoneResolver(clock);
                if (name is not null)
                    zone.Ptr("192.0.2.1", name);
                return zone.Address("mail.customer.example", address ?? "192.0.2.2");
            },
            enforcement: new() { Iprev = Enforced });
        await scene.Reception.MailAsync();
        var reply = await scene.Reception.RcptAsync("ann@example.com");
        Assert.StartsWith(expected + " ", Line(reply), StringComparison.Ordinal);
        Assert.Equal(detail, reply.LogDetail);
    }

    /// <summary>A failure of the DNS refuses nobody; where it is wished, the sender tries again.</summary>
    [Theory]
    [InlineData("1.2.0.192.in-addr.arpa", "451 4.7.25", "iprev_temporary")]
    [InlineData("customer.example", "451 4.7.24", "spf_temporary")]
    [InlineData("s1._domainkey.customer.example", "451 4.7.5", "dkim_temporary")]
    [InlineData("_dmarc.customer.example", "451 4.7.5", "dmarc_temporary")]
    public async Task A_temporary_failure_defers_only_where_configured(string failing, string expected, string reason)
    {
        var which = reason.Split('_')[0];
        foreach (var check in new[] { Enforced, Strict })
        {
            var enforcement = which switch
            {
                "iprev" => new EnforcementPolicy { Iprev = check },
                "spf" => new EnforcementPolicy { Spf = check },
                "dkim" => new EnforcementPolicy { Dkim = check },
                _ => new EnforcementPolicy { Dmarc = check },
            };
            await using var scene = await SenderScene.CreateAsync(
                clock => new ZoneResolver(clock).Failing(failing), enforcement: enforcement);
            var reply = await scene.SendAsync(SenderScene.Signed, "al@customer.example", "ann@example.com");
            if (check.Defers)
            {
                Assert.StartsWith(expected + " ", Line(reply), StringComparison.Ordinal);
                Assert.Equal(reason, reply.Reason);
            }
            else
            {
                Assert.Equal(250, reply.Code);
            }
        }
    }

    [Fact]
    public async Task Mail_for_postmaster_alone_is_exempt()
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Txt("_dmarc.customer.example", "v=DMARC1; p=quarantine"),
            enforcement: new() { Dkim = Enforced, Dmarc = Enforced });
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Mail, "al@customer.example", "postmaster@example.com")).Code);
        Assert.Equal(DeliveryState.Pending, Assert.Single(await scene.Reception.DeliveriesAsync()).State);
        Assert.Equal(
            550, (await scene.SendAsync(SenderScene.Mail, "al@customer.example", "postmaster@example.com", "ann@example.com")).Code);
    }

    [Fact]
    public async Task Mail_that_a_rule_discards_or_refuses_is_not_held()
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Txt("_dmarc.customer.example", "v=DMARC1; p=quarantine"),
            "rules: [ { name: away, when: { subject: hello }, then: [ discard ] } ]", enforcement: new() { Dmarc = Enforced });
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Mail)).Code);
        Assert.Empty(await scene.Reception.DeliveriesAsync());
    }

    private static string Line(SmtpReply reply) => $"{reply.Code} {reply.Enhanced} {reply.Text}";
}
