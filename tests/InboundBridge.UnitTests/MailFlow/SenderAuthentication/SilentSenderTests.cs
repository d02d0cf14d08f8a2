using System.Globalization;
using System.Net;
using System.Text;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication;

/// <summary>
/// Mail that claims to be from a domain with a policy, by a sender whose own domains never answer. This silence may not turn the fail of
/// DMARC into a temporary error, which lets the mail in.
/// </summary>
public class SilentSenderTests
{
    private const string Victim = "ceo@victim.co.test";

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly ZoneResolver _zone;

    public SilentSenderTests() => _zone = new ZoneResolver(_clock) { Silent = "silent.test" }
        .Txt("_dmarc.victim.co.test", "v=DMARC1; p=reject; np=quarantine").Txt("victim.co.test", "v=spf1 ip4:203.0.113.0/24 -all")
        .Address("victim.co.test", "203.0.113.1").Address("sub.victim.co.test", "203.0.113.2");

    public static TheoryData<string, string, string> Mails => new()
    {
        { "ten silent keys", "x@other.test", Keys(10, "k{0}.silent.test") + From(Victim) },
        { "ten silent keys and fifty seals", "x@other.test", Seals(50) + Keys(10, "k{0}.silent.test") + From(Victim) },
        { "silent keys before one that names the victim", "x@other.test", Keys(9, "k{0}.silent.test") + Keys(1, "victim.co.test") + From(Victim) },
        { "SPF of a silent domain", "x@m.silent.test", Keys(10, "k{0}.silent.test") + From(Victim) },
        { "SPF of the victim", "x@victim.co.test", Seals(50) + Keys(10, "k{0}.silent.test") + From(Victim) },
        { "three silent authors", "x@other.test", Keys(5, "a.b.c.d.e.f.g{0}.silent.test")
            + From("a@a.b.c.d.e.f.g1.silent.test, b@a.b.c.d.e.f.g2.silent.test, c@a.b.c.d.e.f.g3.silent.test, " + Victim) },
        { "a subdomain that does not exist", "x@other.test", Keys(10, "k{0}.silent.test") + From("ceo@none.victim.co.test") },
        { "keys of a subdomain", "x@other.test", Keys(5, "k{0}.silent.test") + Keys(5, "sub.victim.co.test") + From(Victim) },
    };

    [Theory]
    [MemberData(nameof(Mails))]
    public async Task The_policy_of_a_healthy_domain_is_applied(string name, string sender, string header)
    {
        var verdicts = await JudgeAsync(sender, header, pause: TimeSpan.Zero);
        Assert.Equal((name, CheckResult.Fail, SenderVerdict.Fail), (name, verdicts.Dmarc.Result, verdicts.Verdict));
        Assert.Equal(name.Contains("not exist", StringComparison.Ordinal) ? "quarantine" : "reject", verdicts.Dmarc.Policy);
        Assert.InRange(_zone.MostAtOnce, 1, 8);
    }

    /// <summary>Neighbours under the same public suffix look like members of the organization.</summary>
    [Fact]
    public async Task Silent_neighbours_of_the_author_come_after_its_own_names()
    {
        _zone.Silent = "attacker.co.test";
        var verdicts = await JudgeAsync(
            "x@attacker.co.test", Keys(8, "k{0}.attacker.co.test") + Keys(1, "sub.victim.co.test") + From("ceo@none.victim.co.test"),
            pause: TimeSpan.Zero);
        Assert.Equal((CheckResult.Fail, "quarantine"), (verdicts.Dmarc.Result, verdicts.Dmarc.Policy));
        Assert.Equal(CheckResult.PermError, verdicts.Dkim[^1].Result);
    }

    /// <summary>SPF has spent its time before the header comes.</summary>
    [Fact]
    public async Task A_client_that_waits_before_the_header_gains_nothing()
    {
        var verdicts = await JudgeAsync("x@m.silent.test", Keys(10, "k{0}.silent.test") + From(Victim), pause: TimeSpan.FromSeconds(30));
        Assert.Equal((CheckResult.TempError, CheckResult.Fail), (verdicts.Spf.Result, verdicts.Dmarc.Result));
    }

    [Fact]
    public async Task A_silent_PTR_zone_leaves_the_lists_their_answers()
    {
        for (var number = 0; number < 10; number++)
            _zone.Ptr("192.0.2.1", $"n{number}.silent.test");
        _zone.Address("1.2.0.192.list.test", "127.0.0.2");
        using var client = Connect(new SenderCheckOptions { Lists = [new DnsListOptions { Zone = "list.test" }] });
        Assert.Equal("list.test", Assert.Single(client.Lists!.Listings).Zone);
        Assert.Null(client.Iprev);
        client.Dispose();
        await _zone.UntilNobodyWaitsAsync();
    }

    [Fact]
    public async Task Silent_lists_leave_the_client_its_name()
    {
        _zone.Ptr("192.0.2.1", "mail.other.test").Address("mail.other.test", "192.0.2.1");
        var lists = Enumerable.Range(0, 12).Select(number => new DnsListOptions { Zone = $"l{number}.silent.test" });
        using var client = Connect(new SenderCheckOptions { Lists = [.. lists] });
        Assert.Equal("mail.other.test", client.Name);
        client.Dispose();
        await _zone.UntilNobodyWaitsAsync();
    }

    [Fact]
    public async Task Nothing_is_asked_for_a_mail_that_was_given_up()
    {
        using var client = Connect(new SenderCheckOptions { Iprev = null });
        var check = client.Begin("client.test", "x@m.silent.test");
        Give(check, Seals(50) + Keys(10, "k{0}.silent.test") + From(Victim));
        check.Dispose();
        await _zone.UntilNobodyWaitsAsync();
        var asked = _zone.Asked.Count;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((asked, 0), (_zone.Asked.Count, _zone.Waiting));
    }

    private async Task<MailVerdicts> JudgeAsync(string sender, string header, TimeSpan pause)
    {
        using var client = Connect(new SenderCheckOptions { Iprev = null });
        using var check = client.Begin("client.test", sender);
        if (pause > TimeSpan.Zero)
        {
            _clock.Advance(pause);
            await check.SpfAsync(TestContext.Current.CancellationToken);
        }
        Give(check, header);
        var judging = check.ConcludeAsync(TestContext.Current.CancellationToken).AsTask();
        await _clock.AdvanceUntilAsync(judging, TestContext.Current.CancellationToken);
        return await judging;
    }

    private static void Give(SenderCheck check, string header)
    {
        check.Take(Encoding.ASCII.GetBytes(header + "\r\ntext\r\n"));
        var fields = header.Split("\r\n");
        var authors = fields.Single(field => field.StartsWith("From:", StringComparison.Ordinal)).Split(',');
        var signatures = fields.Where(field => field.StartsWith("DKIM-Signature", StringComparison.Ordinal));
        check.HeaderArrived(new SenderHeader(
            [.. authors.Select(author => author[(author.IndexOf('@', StringComparison.Ordinal) + 1)..])],
            [.. signatures.Select(signature => signature.Split("d=")[1].Split(';')[0])]));
    }

    private ClientCheck Connect(SenderCheckOptions options) =>
        new SenderChecks(options, _zone, _clock).Connect(IPAddress.Parse("192.0.2.1"), null);

    private static string From(string authors) => $"From: {authors}\r\n";

    private static string Keys(int count, string domain) => string.Concat(Enumerable.Range(0, count).Select(number =>
        $"DKIM-Signature: v=1; a=rsa-sha256; d={string.Format(CultureInfo.InvariantCulture, domain, number)}; s=s{number}; h=from; bh=AAAA; b=AAAA\r\n"));

    private static string Seals(int count) => string.Concat(Enumerable.Range(1, count).Reverse().Select(number =>
        $"ARC-Seal: i={number}; a=rsa-sha256; cv={(number == 1 ? "none" : "pass")}; d=a{number}.silent.test; s=s; b=AAAA\r\n"
        + $"ARC-Message-Signature: i={number}; a=rsa-sha256; d=a{number}.silent.test; s=s; h=from; bh=AAAA; b=AAAA\r\n"
        + $"ARC-Authentication-Results: i={number}; x.test; none\r\n"));
}
