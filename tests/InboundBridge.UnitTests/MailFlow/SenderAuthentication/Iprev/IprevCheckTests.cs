using System.Net;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Iprev;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Iprev;

public class IprevCheckTests
{
    private readonly ZoneResolver _zone = new ZoneResolver()
        .Ptr("192.0.2.1", "Mail.Example.net").Address("mail.example.net", "192.0.2.1").Address("mail.example.net", "2001:db8::1")
        .Ptr("2001:db8::1", "mail.example.net")
        .Ptr("192.0.2.2", "stolen.example.net").Address("stolen.example.net", "198.51.100.1")
        .Ptr("192.0.2.3", "gone.example.net")
        .Ptr("192.0.2.4", "silent.example.net").Failing("silent.example.net", DnsStatus.Timeout)
        .Ptr("192.0.2.5", "silent.example.net").Ptr("192.0.2.5", "b.example.net").Ptr("192.0.2.5", "a.example.net")
        .Address("a.example.net", "192.0.2.5").Address("b.example.net", "192.0.2.5")
        .Failing("7.2.0.192.in-addr.arpa").Empty("8.2.0.192.in-addr.arpa")
        .Ptr("192.0.2.9", "only6.example.net").Address("only6.example.net", "2001:db8::9");

    [Theory]
    [InlineData("192.0.2.1", CheckResult.Pass, "mail.example.net")]
    [InlineData("::ffff:192.0.2.1", CheckResult.Pass, "mail.example.net")]
    [InlineData("2001:db8::1", CheckResult.Pass, "mail.example.net")]
    [InlineData("2001:db8::1%3", CheckResult.Pass, "mail.example.net")]
    [InlineData("192.0.2.2", CheckResult.Fail, null)]
    [InlineData("192.0.2.3", CheckResult.Fail, null)]
    [InlineData("192.0.2.4", CheckResult.TempError, null)]
    [InlineData("192.0.2.5", CheckResult.Pass, "b.example.net")]
    [InlineData("192.0.2.6", CheckResult.PermError, null)]
    [InlineData("192.0.2.7", CheckResult.TempError, null)]
    [InlineData("192.0.2.8", CheckResult.PermError, null)]
    [InlineData("192.0.2.9", CheckResult.Fail, null)]
    public async Task A_name_counts_when_its_address_confirms_it(string client, CheckResult result, string? name)
    {
        var verdict = await CheckAsync(client);
        Assert.Equal((result, name), (verdict.Result, verdict.Name));
        Assert.Equal(result == CheckResult.Fail, verdict.Unconfirmed.Count > 0);
    }

    [Fact]
    public async Task Ten_names_are_confirmed_and_all_at_the_same_time()
    {
        var clock = new FakeTimeProvider(FakeTime.Start);
        var zone = new ZoneResolver(clock) { Delay = TimeSpan.FromMilliseconds(200) };
        for (var number = 1; number <= 11; number++)
            zone.Ptr("192.0.2.1", $"h{number}.example.net");
        zone.Address("h11.example.net", "192.0.2.1");
        var checking = new IprevCheck(new IprevOptions())
            .CheckAsync(zone, IPAddress.Parse("192.0.2.1"), TestContext.Current.CancellationToken)
            .AsTask();
        clock.Advance(TimeSpan.FromMilliseconds(200));
        await zone.UntilAskedAsync(11);
        clock.Advance(TimeSpan.FromMilliseconds(200));
        var verdict = await checking;
        Assert.Equal((CheckResult.Fail, null), (verdict.Result, verdict.Name));
        Assert.Equal(Enumerable.Range(1, 10).Select(number => $"h{number}.example.net"), verdict.Unconfirmed);
        Assert.Equal((11, 10), (zone.Asked.Count, zone.MostAtOnce));
    }

    [Fact]
    public async Task Behind_a_name_that_is_confirmed_nothing_is_waited_for()
    {
        var zone = new ZoneResolver(new FakeTimeProvider(FakeTime.Start)) { Silent = "silent.net" }
            .Ptr("192.0.2.1", "h1.example.net").Ptr("192.0.2.1", "h2.silent.net").Address("h1.example.net", "192.0.2.1");
        var verdict = await new IprevCheck(new IprevOptions()).CheckAsync(
            zone, IPAddress.Parse("192.0.2.1"), TestContext.Current.CancellationToken);
        Assert.Equal(new IprevVerdict(CheckResult.Pass, "h1.example.net"), verdict);
        await zone.UntilNobodyWaitsAsync();
    }

    private async Task<IprevVerdict> CheckAsync(string client) =>
        await new IprevCheck(new IprevOptions()).CheckAsync(_zone, IPAddress.Parse(client), TestContext.Current.CancellationToken);
}
