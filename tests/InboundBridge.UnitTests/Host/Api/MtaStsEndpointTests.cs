using System.Net;
using InboundBridge.Http.Connections;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;

namespace InboundBridge.UnitTests.Host.Api;

public class MtaStsEndpointTests
{
    private const string Path = "GET /.well-known/mta-sts.txt";

    [Theory]
    [InlineData("mta-sts.example.com", true)]
    [InlineData("MTA-STS.example.com", true)]
    [InlineData("mta-sts.example.com:8443", true)]
    [InlineData("example.com", false)]
    [InlineData("mta-sts.example.net", false)]
    [InlineData("mta-sts.sub.example.com", false)]
    [InlineData("localhost", false)]
    public async Task The_policy_is_served_for_our_domains_alone(string host, bool isServed)
    {
        await using var api =
            await ApiFixture.CreateAsync("\nmta_sts: { mode: enforce, max_age: 1d, mx: [mx1.example.com, '*.example.com'] }\n");
        using var answer = await api.SendAsync(Path, ("Host", host));
        Assert.Equal(isServed ? HttpStatusCode.OK : HttpStatusCode.NotFound, answer.StatusCode);
        if (!isServed)
            return;
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        var text = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(MtaStsPolicyReader.TryRead(text, out var policy, out var fault), fault);
        Assert.Equal(MtaStsMode.Enforce, policy!.Mode);
        Assert.Equal(TimeSpan.FromDays(1), policy.MaxAge);
        Assert.Equal(["mx1.example.com", "*.example.com"], policy.Hosts);
    }

    [Fact]
    public async Task The_public_address_serves_it_too_and_a_reload_changes_it()
    {
        await using var api = await ApiFixture.CreateAsync("\nmta_sts: {}\nhttp: { public_listen: '0.0.0.0:8081' }\n");
        api.Way.Connect = features => features.Set(PublicSide.Instance);
        using (var answer = await api.SendAsync(Path, ("Host", "mta-sts.example.com")))
        {
            Assert.Equal(
                "version: STSv1\r\nmode: testing\r\nmx: mx.example.com\r\nmax_age: 604800\r\n",
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        Assert.False((await api.ReloadAsync("mta_sts.mode=none")).Problems.HasErrors);
        using var later = await api.SendAsync(Path, ("Host", "mta-sts.example.com"));
        Assert.StartsWith(
            "version: STSv1\r\nmode: none\r\n", await later.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }
}
