using System.Net;
using InboundBridge.Configuration.Options;
using InboundBridge.Hosting.Destinations;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.UnitTests.Host.Hosting.Destinations;

public class ConfiguredResolverTests
{
    private readonly DnsOptions _options = new() { Servers = [IPEndPoint.Parse("127.0.0.1:5353")] };

    [Fact]
    public void Clients_have_shares_of_the_resolver_in_force()
    {
        var resolver = new ConfiguredResolver(_options, TimeProvider.System);
        Assert.IsType<ClientResolver>(resolver.For(1));
        resolver.Replace(_options with { Timeout = TimeSpan.FromSeconds(1) });
        Assert.IsType<ClientResolver>(resolver.For(1));
        Assert.Equal(TimeSpan.FromSeconds(1), resolver.Options.Timeout);
    }

    [Fact]
    public async Task A_text_that_is_no_name_is_answered_for_any_client()
    {
        var resolver = new ConfiguredResolver(_options, TimeProvider.System);
        var answer = await resolver.For(1).LookUpAsync("a..b", DnsRecordType.A, TestContext.Current.CancellationToken);
        Assert.Equal(DnsStatus.NoSuchName, answer.Status);
        Assert.Null(resolver.FindKnown("a..b", DnsRecordType.A));
    }
}
