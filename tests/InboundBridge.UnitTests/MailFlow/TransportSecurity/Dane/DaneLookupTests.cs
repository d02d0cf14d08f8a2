using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.TransportSecurity.Dane;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.TransportSecurity.Dane;

public class DaneLookupTests
{
    private const string Owner = "_25._tcp.mx.example.com";

    private readonly ZoneResolver _zone = new() { Authenticated = true };

    [Theory]
    [InlineData("3 1 1", true)]
    [InlineData("3 0 2", true)]
    [InlineData("2 0 1", true)]
    [InlineData("2 1 0", true)]
    [InlineData("0 0 1", false)]
    [InlineData("1 1 1", false)]
    [InlineData("4 1 1", false)]
    [InlineData("3 2 1", false)]
    [InlineData("3 1 3", false)]
    public async Task Records_of_usage_2_and_3_can_be_used(string fields, bool isUsable)
    {
        var parts = fields.Split(' ').Select(part => int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        _zone.Tlsa(Owner, parts[0], parts[1], parts[2], new byte[parts[2] == 2 ? 64 : 32]);
        Assert.Equal(isUsable, await FindAsync() is DaneFinding.Usable);
        Assert.Equal(!isUsable, await FindAsync() is DaneFinding.Unusable);
    }

    [Fact]
    public async Task A_digest_of_the_wrong_length_can_not_be_used()
    {
        _zone.Tlsa(Owner, 3, 1, 1, new byte[31]).Tlsa(Owner, 3, 1, 2, new byte[32]);
        Assert.IsType<DaneFinding.Unusable>(await FindAsync());
    }

    [Fact]
    public async Task Of_several_digests_the_strongest_counts()
    {
        _zone.Tlsa(Owner, 3, 1, 1, new byte[32]).Tlsa(Owner, 3, 1, 2, new byte[64]).Tlsa(Owner, 3, 0, 1, new byte[32]);
        var usable = Assert.IsType<DaneFinding.Usable>(await FindAsync());
        Assert.Equal([(true, 2), (false, 1)], usable.Terms.Records.Select(record => (record.IsKey, record.Matching)));
        Assert.Equal(["mx.example.com", "example.com"], usable.Terms.Names);
    }

    [Fact]
    public async Task Without_records_dane_does_not_apply() => Assert.IsType<DaneFinding.Absent>(await FindAsync());

    [Fact]
    public async Task Records_that_nobody_has_validated_do_not_count()
    {
        _zone.Tlsa(Owner, 3, 1, 1, new byte[32]).Unsigned(Owner);
        Assert.IsType<DaneFinding.Absent>(await FindAsync());
    }

    [Theory]
    [InlineData(DnsStatus.Failure)]
    [InlineData(DnsStatus.Timeout)]
    public async Task A_failed_look_up_says_nothing(DnsStatus status)
    {
        _zone.Failing(Owner, status);
        Assert.IsType<DaneFinding.Unknown>(await FindAsync());
    }

    [Fact]
    public async Task The_name_behind_an_alias_comes_first_and_then_the_alias()
    {
        _zone.Tlsa("_25._tcp.real.example.net", 3, 1, 1, new byte[32]).Tlsa(Owner, 3, 1, 1, new byte[32]);
        var expanded = Assert.IsType<DaneFinding.Usable>(await FindAsync("real.example.net"));
        Assert.Equal(["real.example.net", "mx.example.com", "example.com"], expanded.Terms.Names);
        _zone.Remove("_25._tcp.real.example.net");
        var alias = Assert.IsType<DaneFinding.Usable>(await FindAsync("real.example.net"));
        Assert.Equal("mx.example.com", alias.Terms.ServerName);
        _zone.Failing("_25._tcp.real.example.net");
        Assert.IsType<DaneFinding.Unknown>(await FindAsync("real.example.net"));
    }

    [Fact]
    public void Other_terms_have_another_fingerprint()
    {
        var terms = new DaneTerms([new DaneRecord(false, true, 1, new byte[32])], ["a.test"]);
        Assert.Equal(terms.Fingerprint(), new DaneTerms([new DaneRecord(false, true, 1, new byte[32])], ["a.test"]).Fingerprint());
        Assert.NotEqual(terms.Fingerprint(), (terms with { Names = ["b.test"] }).Fingerprint());
        Assert.NotEqual(
            terms.Fingerprint(), (terms with { Records = [new DaneRecord(true, true, 1, new byte[32])] }).Fingerprint());
    }

    private ValueTask<DaneFinding> FindAsync(string? canonical = null) =>
        new DaneLookup(_zone, 25).FindAsync(
            "mx.example.com", canonical ?? "mx.example.com", "example.com", TestContext.Current.CancellationToken);
}
