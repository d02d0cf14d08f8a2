using System.Net;
using InboundBridge.Hosting.Listening;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Spool;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Hosting.Listening;

public class SmtpSessionLogTests
{
    [Fact]
    public void The_line_of_a_refusal_tells_what_checks_and_scanners_found()
    {
        var log = new CaptureLog();
        var remote = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 40000);
        var peer = new SmtpPeer("mx", SmtpListenerMode.Mx, remote, new IPEndPoint(IPAddress.Loopback, 25)) { Helo = "client.example" };
        var reply = SmtpReply.Create(550, 7, 1, "No", "rule_reject") with
        {
            LogRule = "infected",
            LogAuthentication = "none (spf=none dkim=none dmarc=none)",
            LogScan = "spam=3 virus=Eicar",
        };
        new SmtpSessionLog(new LogOf<SmtpSessionLog>(log)).Refused(peer, new SmtpRefusal(SmtpVerb.Data, reply));
        Assert.EndsWith(
            " authentication=none (spf=none dkim=none dmarc=none) scan=spam=3 virus=Eicar",
            Assert.Single(log.All).Text, StringComparison.Ordinal);
    }
}
