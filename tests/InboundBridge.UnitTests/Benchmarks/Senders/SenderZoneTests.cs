using System.Text;
using InboundBridge.Benchmarks.Senders;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.UnitTests.Benchmarks.Senders;

public class SenderZoneTests
{
    private readonly SenderZone _zone = new("v=DKIM1; p=KEY", spfRecords: 1, ttl: 60);

    [Theory]
    [InlineData("sender.example", "v=spf1 ip4:198.18.0.0/24 -all")]
    [InlineData("u17.sender.example", "v=spf1 ip4:198.18.0.0/24 -all")]
    [InlineData("s1._domainkey.sender.example", "v=DKIM1; p=KEY")]
    [InlineData("s1._domainkey.u17.sender.example", "v=DKIM1; p=KEY")]
    [InlineData("_dmarc.u17.sender.example", "v=DMARC1; p=reject")]
    public void A_domain_has_records_of_its_own(string name, string text) => Assert.Equal(text, Text(_zone, name));

    [Fact]
    public void Each_spf_record_includes_the_next_of_the_same_domain()
    {
        var zone = new SenderZone("", spfRecords: 3, ttl: 0);
        Assert.Equal(3, zone.LongestChain);
        Assert.Equal("v=spf1 include:_spf2.u5.sender.example -all", Text(zone, "u5.sender.example"));
        Assert.Equal("v=spf1 include:_spf3.u5.sender.example -all", Text(zone, "_spf2.u5.sender.example"));
        Assert.Equal("v=spf1 ip4:198.18.0.0/24 -all", Text(zone, "_spf3.u5.sender.example"));
    }

    [Fact]
    public void The_client_has_a_name_that_has_its_address()
    {
        var name = _zone.Find("25.0.18.198.in-addr.arpa", DnsRecordType.Ptr)!;
        Assert.Equal("\u0004mail\u0006sender\u0007example\0", Encoding.ASCII.GetString(name));
        Assert.Equal(new byte[] { 198, 18, 0, 25 }, _zone.Find("mail.sender.example", DnsRecordType.A));
    }

    [Fact]
    public void Long_text_is_in_strings_of_255_octets()
    {
        var data = new SenderZone(new string('k', 300), 1, 60).Find("s1._domainkey.sender.example", DnsRecordType.Txt)!;
        Assert.Equal((255, 45, 302), (data[0], data[256], data.Length));
    }

    [Theory]
    [InlineData("other.example")]
    [InlineData("x.sender.example")]
    [InlineData("usender.example")]
    [InlineData("u1.u2.sender.example")]
    [InlineData("default._domainkey.sender.example")]
    public void Other_names_are_not_there(string name) => Assert.Null(_zone.Find(name, DnsRecordType.Txt));

    [Fact]
    public void A_name_without_records_of_the_type_is_there() => Assert.Empty(_zone.Find("mail.sender.example", DnsRecordType.Txt)!);

    private static string Text(SenderZone zone, string name)
    {
        var data = zone.Find(name, DnsRecordType.Txt)!;
        Assert.Equal(data.Length - 1, data[0]);
        return Encoding.ASCII.GetString(data.AsSpan(1));
    }
}
