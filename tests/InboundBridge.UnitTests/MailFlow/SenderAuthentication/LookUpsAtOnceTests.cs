using System.Net;
using System.Text;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication;

/// <summary>A mail waits as long as its longest chain of look-ups takes that depend on each other, and no longer.</summary>
public class LookUpsAtOnceTests
{
    [Theory]
    [InlineData("u1.sender.test", "_dmarc.u1.sender.test _dmarc.sender.test _dmarc.test")]
    [InlineData("u1.mail.sender.test", "_dmarc.u1.mail.sender.test _dmarc.mail.sender.test _dmarc.sender.test _dmarc.test")]
    public async Task All_look_ups_that_depend_on_no_other_begin_with_the_header(string domain, string policies)
    {
        var zone = new ZoneResolver(new FakeTimeProvider(FakeTime.Start)) { Silent = "test" };
        using var client =
            new SenderChecks(new SenderCheckOptions { Iprev = null }, zone, new FakeTimeProvider(FakeTime.Start))
                .Connect(IPAddress.Parse("192.0.2.1"), null);
        var check = client.Begin("client.test", $"x@{domain}");
        check.Take(Encoding.ASCII.GetBytes(
            $"DKIM-Signature: v=1; a=rsa-sha256; d={domain}; s=s; h=from; bh=AAAA; b=AAAA\r\nFrom: al@{domain}\r\n\r\ntext\r\n"));
        check.HeaderArrived(new SenderHeader([domain], [domain]));
        string[] expected = [domain, .. policies.Split(' '), $"s._domainkey.{domain}"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), zone.Asked.Select(asked => asked.Name).Order(StringComparer.Ordinal));
        check.Dispose();
        await zone.UntilNobodyWaitsAsync();
    }
}
