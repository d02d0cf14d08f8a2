using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Delivery.SmtpRelay;

public class MailExchangersTests
{
    private readonly ZoneResolver _zone = new();

    [Fact]
    public async Task Hosts_come_in_the_order_of_preference_with_all_their_addresses()
    {
        _zone.Mx("example.net", 20, "b.test").Mx("example.net", 10, "a.test").Address("b.test", "192.0.2.2")
            .Address("a.test", "2001:db8::1").Address("a.test", "192.0.2.1");
        Assert.Equal(["a.test 192.0.2.1", "a.test 2001:db8::1", "b.test 192.0.2.2"], await FindAsync("example.net"));
    }

    [Fact]
    public async Task Hosts_of_equal_preference_are_shuffled()
    {
        foreach (var host in new[] { "a", "b", "c" })
            _zone.Mx("example.net", 10, host + ".test").Address(host + ".test", "192.0.2.1");
        var random = new Random(1);
        var firsts = new HashSet<string>();
        for (var round = 0; round < 50; round++)
            firsts.Add((await FindAsync("example.net", random))[0]);
        Assert.Equal(3, firsts.Count);
    }

    [Fact]
    public async Task Without_mx_the_address_of_the_domain_counts()
    {
        _zone.Address("example.net", "192.0.2.7");
        Assert.Equal(["example.net 192.0.2.7"], await FindAsync("example.net"));
    }

    [Theory]
    [InlineData("[192.0.2.1]", "[192.0.2.1] 192.0.2.1")]
    [InlineData("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1] 2001:db8::1")]
    [InlineData("[2001:db8::1]", "550 5.1.2")]
    [InlineData("[nonsense]", "550 5.1.2")]
    public async Task An_address_literal_needs_no_look_up(string domain, string expected) =>
        Assert.Equal([expected], await FindAsync(domain));

    [Fact]
    public async Task A_domain_that_accepts_no_mail_is_refused_permanently()
    {
        _zone.Mx("example.net", 0, ".").Address("example.net", "192.0.2.7");
        Assert.Equal(["556 5.1.10"], await FindAsync("example.net"));
    }

    [Fact]
    public async Task A_domain_that_does_not_exist_is_refused_permanently() => Assert.Equal(["550 5.1.2"], await FindAsync("example.net"));

    [Fact]
    public async Task A_broken_zone_is_temporary()
    {
        Assert.Equal(["451 4.4.3"], await FindAsync(_zone.Failing("example.net"), "example.net"));
        _zone.Mx("example.org", 10, "mx.example.org").Failing("mx.example.org");
        Assert.Equal(["451 4.4.3"], await FindAsync("example.org"));
    }

    [Fact]
    public async Task Hosts_without_an_address_are_skipped_and_without_any_the_mail_fails()
    {
        _zone.Mx("example.net", 10, "gone.test").Mx("example.net", 20, "b.test").Address("b.test", "192.0.2.2");
        Assert.Equal(["b.test 192.0.2.2"], await FindAsync("example.net"));
        _zone.Mx("example.org", 10, "gone.test");
        Assert.Equal(["550 5.4.4"], await FindAsync("example.org"));
    }

    [Fact]
    public async Task Our_own_host_and_all_after_it_are_left_out()
    {
        _zone.Mx("example.net", 10, "a.test").Mx("example.net", 20, "US.test").Mx("example.net", 30, "c.test")
            .Address("a.test", "192.0.2.1").Address("c.test", "192.0.2.3");
        Assert.Equal(["a.test 192.0.2.1"], await FindAsync("example.net"));
        _zone.Mx("example.org", 10, "us.test").Mx("example.org", 20, "a.test");
        Assert.Equal(["554 5.4.6"], await FindAsync("example.org"));
    }

    [Fact]
    public async Task A_zone_of_a_thousand_hosts_costs_a_few_look_ups()
    {
        for (var number = 0; number < 1000; number++)
            _zone.Mx("example.net", number, $"h{number}.test").Address($"h{number}.test", $"192.0.2.{number % 250}");
        Assert.Equal(5, (await FindAsync("example.net")).Count);
    }

    private Task<List<string>> FindAsync(string domain, Random? random = null) => FindAsync(_zone, domain, random);

    private static async Task<List<string>> FindAsync(ZoneResolver zone, string domain, Random? random = null)
    {
        var (exchangers, refusal) =
            await new MailExchangers(zone, "us.test", random ?? new Random(1), privateAllowed: true)
                .FindAsync(domain, TestContext.Current.CancellationToken);
        return refusal is null
            ? [.. exchangers.Select(exchanger => $"{exchanger.Host} {exchanger.Address}")] : [$"{refusal.Code} {refusal.Enhanced}"];
    }
}
