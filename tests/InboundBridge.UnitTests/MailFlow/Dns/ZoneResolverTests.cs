using InboundBridge.MailFlow.Dns;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.MailFlow.Dns;

public class ZoneResolverTests
{
    private const string Zone = """
        example.com:
        - SPF: [v=spf1 , -all]
        - MX: [10, mx.Example.com]
        silent.example.com:
        - TXT: there
        - TIMEOUT
        both.example.com:
        - SPF: ignored
        - TXT: taken
        none.example.com:
        - SPF: ignored
        - TXT: NONE
        host.below.example.com:
        - A: 192.0.2.1
        - AAAA: 2001:DB8::1
        www.example.com:
        - CNAME: host.below.example.com.
        loop.example.com:
        - CNAME: LOOP.example.com
        key.example.com: text
        broken.example.com: {error: SERVFAIL}
        """;

    [Theory]
    [InlineData("Example.com.", DnsRecordType.Txt, DnsStatus.Success, "v=spf1-all")]
    [InlineData("example.com", DnsRecordType.Mx, DnsStatus.Success, "mx.example.com")]
    [InlineData("example.com", DnsRecordType.A, DnsStatus.NoData, null)]
    [InlineData("below.example.com", DnsRecordType.A, DnsStatus.NoData, null)]
    [InlineData("com", DnsRecordType.A, DnsStatus.NoData, null)]
    [InlineData("gone.example.com", DnsRecordType.A, DnsStatus.NoSuchName, null)]
    [InlineData("a..example.com", DnsRecordType.A, DnsStatus.NoSuchName, null)]
    [InlineData("silent.example.com", DnsRecordType.Txt, DnsStatus.Success, "there")]
    [InlineData("silent.example.com", DnsRecordType.A, DnsStatus.Timeout, null)]
    [InlineData("both.example.com", DnsRecordType.Txt, DnsStatus.Success, "taken")]
    [InlineData("none.example.com", DnsRecordType.Txt, DnsStatus.NoData, null)]
    [InlineData("www.example.com", DnsRecordType.A, DnsStatus.Success, "192.0.2.1")]
    [InlineData("www.example.com", DnsRecordType.Aaaa, DnsStatus.Success, "2001:db8::1")]
    [InlineData("loop.example.com", DnsRecordType.A, DnsStatus.Failure, null)]
    [InlineData("key.example.com", DnsRecordType.Txt, DnsStatus.Success, "text")]
    [InlineData("broken.example.com", DnsRecordType.Txt, DnsStatus.Failure, null)]
    public async Task A_zone_of_a_suite_answers_like_the_dns(string name, DnsRecordType type, DnsStatus status, string? value)
    {
        var resolver = ZoneFile.Read((YamlMapping)YamlReader.Read(Zone, "zone", new SourceProblems())!);
        var answer = await resolver.LookUpAsync(name, type, TestContext.Current.CancellationToken);
        Assert.Equal((status, value), (answer.Status, answer.Records.Select(Value).SingleOrDefault()));
        Assert.Equal([(name.TrimEnd('.').ToLowerInvariant(), type)], resolver.Asked);
    }

    [Fact]
    public async Task Answers_take_as_long_as_the_test_says()
    {
        var clock = new FakeTimeProvider(FakeTime.Start);
        var resolver = new ZoneResolver(clock) { Delay = TimeSpan.FromSeconds(2) }.Txt("example.com", "x");
        var first = resolver.LookUpAsync("example.com", DnsRecordType.Txt, TestContext.Current.CancellationToken).AsTask();
        var second = resolver.LookUpAsync("example.org", DnsRecordType.Txt, TestContext.Current.CancellationToken).AsTask();
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(first.IsCompleted || second.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((DnsStatus.Success, DnsStatus.NoSuchName), ((await first).Status, (await second).Status));
        Assert.Equal(2, resolver.MostAtOnce);
    }

    private static string Value(DnsRecord record) => record switch
    {
        DnsRecord.Address address => address.Ip.ToString(),
        DnsRecord.Mx mx => mx.Exchange,
        DnsRecord.Txt txt => txt.Text,
        DnsRecord.Target target => target.Host,
        _ => throw new InvalidOperationException(),
    };
}
