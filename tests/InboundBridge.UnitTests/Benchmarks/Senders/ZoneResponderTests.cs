using System.Net;
using InboundBridge.Benchmarks.Senders;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.UnitTests.Benchmarks.Senders;

/// <summary>The harness's DNS server, asked by the product's resolver.</summary>
public sealed class ZoneResponderTests : IDisposable
{
    private readonly CheckedSender _sender = new();
    private readonly ZoneResponder _responder;
    private readonly DnsResolver _resolver;

    public ZoneResponderTests()
    {
        _responder = new ZoneResponder(_sender.Zone, new IPEndPoint(IPAddress.Loopback, 0), TimeSpan.FromMilliseconds(1));
        _resolver = new DnsResolver(
            new DnsResolverOptions { Servers = [_responder.Address], Cache = false, Timeout = TimeSpan.FromMinutes(1) },
            TimeProvider.System);
    }

    public void Dispose() => _responder.Dispose();

    [Fact]
    public async Task It_answers_with_the_key_in_one_datagram()
    {
        var name = $"{SenderZone.Selector}._domainkey.u7.{SenderZone.Domain}";
        var answer = await AskAsync(name, DnsRecordType.Txt);
        Assert.Equal(DnsStatus.Success, answer.Status);
        var record = Assert.IsType<DnsRecord.Txt>(Assert.Single(answer.Records));
        Assert.StartsWith("v=DKIM1; k=rsa; p=", record.Text, StringComparison.Ordinal);
        Assert.Equal(1, _responder.Answers);
    }

    [Fact]
    public async Task It_knows_names_that_have_nothing_from_names_that_are_not_there()
    {
        Assert.Equal(DnsStatus.NoData, (await AskAsync(SenderZone.ClientName, DnsRecordType.Txt)).Status);
        Assert.Equal(DnsStatus.NoSuchName, (await AskAsync("nowhere.example", DnsRecordType.Txt)).Status);
    }

    [Theory]
    [InlineData(SenderZone.ClientName)]
    [InlineData("_dmarc.example")]
    public async Task An_answer_that_says_no_can_be_kept(string name)
    {
        var resolver = new DnsResolver(
            new DnsResolverOptions { Servers = [_responder.Address], Timeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        for (var time = 0; time < 2; time++)
            Assert.Empty((await resolver.LookUpAsync(name, DnsRecordType.Txt, TestContext.Current.CancellationToken)).Records);
        Assert.Equal(1, _responder.Answers);
    }

    [Fact]
    public void What_is_no_query_gets_no_answer()
    {
        var answer = new byte[ZoneAnswer.Most];
        Assert.Equal(0, ZoneAnswer.Write([], _sender.Zone, answer));
        Assert.Equal(0, ZoneAnswer.Write(new byte[12], _sender.Zone, answer));
        // A response; a label beyond the end; a pointer; a name without a type.
        Assert.Equal(0, ZoneAnswer.Write([0, 1, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1], _sender.Zone, answer));
        Assert.Equal(0, ZoneAnswer.Write([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 40, 1, 2, 3], _sender.Zone, answer));
        Assert.Equal(0, ZoneAnswer.Write([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1], _sender.Zone, answer));
        Assert.Equal(0, ZoneAnswer.Write([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], _sender.Zone, answer));
    }

    private ValueTask<DnsAnswer> AskAsync(string name, DnsRecordType type) =>
        _resolver.LookUpAsync(name, type, TestContext.Current.CancellationToken);
}
