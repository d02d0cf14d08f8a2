using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;

namespace InboundBridge.UnitTests.MailFlow.TransportSecurity.MtaSts;

public class MtaStsRecordTests
{
    [Theory]
    [InlineData("20160831085700Z", "v=STSv1; id=20160831085700Z;")]
    [InlineData("1", "v=STSv1;id=1")]
    [InlineData("1", "v=STSv1 ; new=field; id=1 ;")]
    [InlineData("1", "google-site-verification=x", "v=STSv1; id=1", "v=spf1 -all")]
    [InlineData(null, "v=STSv1; id=1", "v=STSv1; id=2")]
    [InlineData(null, "v=STSv1")]
    [InlineData(null, "v=STSv1;")]
    [InlineData(null, "v=STSv1; id=;")]
    [InlineData(null, "v=STSv1; id=a-b;")]
    [InlineData(null, "v=STSv1; id=123456789012345678901234567890123;")]
    [InlineData(null, "v=STSv10; id=1;")]
    [InlineData(null, "id=1; v=STSv1")]
    public void The_id_is_read_from_the_one_valid_record(string? id, params string[] texts)
    {
        var records = texts.Select(text => new DnsRecord.Txt("_mta-sts.example.com", 60, text)).ToArray();
        Assert.Equal(id, MtaStsRecord.IdOf(new DnsAnswer(DnsStatus.Success, records, "_mta-sts.example.com", Authenticated: false)));
    }
}
