using System.Net;
using System.Text;
using InboundBridge.MailFlow.Domains;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.MailFlow.Reception.Facts;

/// <summary>Every place that answers for facts answers each with its own value, and none with that of another fact.</summary>
public class FactSourceTests
{
    private const string Mail =
        "Received: from us\r\n\tby them; now\r\nFrom: f@y.example\r\nTo: t@y.example\r\nCc: c@y.example\r\nReply-To: r@y.example\r\nSubject: s\r\nDate: Fri, 02 Jan 2026 12:00:00 +0000\r\nMessage-ID: <m@y.example>\r\nList-Id: <l.y.example>\r\nContent-Type: text/plain\r\n\r\ntext\r\n";

    private static readonly MailEnvelope Envelope = new()
    {
        Sender = "sender@sd.example",
        Recipients = [new MailRecipient("bob@example.com")],
        Helo = "helo",
        ClientIp = "192.0.2.1",
        ClientName = "name",
        TlsVersion = "TLSv1.3",
        TlsCipher = "cipher",
        ClientCertificate = "CN=cert",
        User = "user",
        Listener = "listener",
    };

    private static readonly ReceptionPolicy Policy = new() { Hostname = "mx.example.com", Domains = new LocalDomains([]), Routing = null! };

    private static readonly Dictionary<Fact, string> Values = new()
    {
        [Fact.ClientIp] = "192.0.2.1",
        [Fact.ClientName] = "name",
        [Fact.Helo] = "helo",
        [Fact.Tls] = "TLSv1.3",
        [Fact.ClientCertificate] = "CN=cert",
        [Fact.Listener] = "listener",
        [Fact.User] = "user",
        [Fact.Sender] = "sender@sd.example",
        [Fact.SenderDomain] = "sd.example",
        [Fact.From] = "f@y.example",
        [Fact.To] = "t@y.example",
        [Fact.Cc] = "c@y.example",
        [Fact.ReplyTo] = "r@y.example",
        [Fact.Subject] = "s",
        [Fact.Date] = "2026-01-02T12:00:00+00:00",
        [Fact.MessageId] = "m@y.example",
        [Fact.ListId] = "l.y.example",
        [Fact.Kind] = "list",
        [Fact.Text] = "text\n",
        [Fact.Html] = "(no value)",
        [Fact.Attachments] = "(no attachments)",
    };

    private static readonly Dictionary<Fact, string> Verdicts = new()
    {
        [Fact.Spf] = "fail",
        [Fact.SpfExplanation] = "not ours",
        [Fact.Dkim] = "pass",
        [Fact.DkimDomain] = "d.example, e.example",
        [Fact.Dmarc] = "temperror",
        [Fact.DmarcPolicy] = "reject",
        [Fact.Verdict] = "forwarded",
        [Fact.Arc] = "none",
        [Fact.Dnsbl] = "bl.example",
        [Fact.Dnswl] = "wl.example",
    };

    public static TheoryData<string> Facts() => new(Fact.All.Select(fact => fact.Key));

    [Theory]
    [MemberData(nameof(Facts))]
    public void Each_fact_of_a_spooled_mail_has_its_own_value(string key)
    {
        var fact = Fact.Find(key)!;
        var mail = MimeMessage.Open(MimeSource.FromMemory(Encoding.ASCII.GetBytes(Mail)));
        var verdicts = new MailVerdicts
        {
            Verdict = SenderVerdict.Forwarded,
            Spf = new SpfVerdict(CheckResult.Fail) { Explanation = "not ours" },
            Dkim =
            [
                new DkimVerdict(CheckResult.Fail) { Domain = "c.example" }, new DkimVerdict(CheckResult.Pass) { Domain = "d.example" },
                new DkimVerdict(CheckResult.Pass) { Domain = "e.example" }, new DkimVerdict(CheckResult.Pass) { Domain = "d.example" },
            ],
            Dmarc = new DmarcVerdict(CheckResult.TempError) { Policy = "reject" },
            Dnsbl = [new DnsblListing("bl.example", "127.0.0.2"), new DnsblListing("wl.example", "127.0.0.3", Allows: true)],
        };
        var message =
            new SpooledMessage { Id = "m", ReceivedAt = default, Envelope = Envelope, Size = Mail.Length, Sha256 = "", ConfigVersion = "" };
        var checkedMessage = message with { AuthenticationJson = VerdictsJson.Write(verdicts) };
        var size = Mail.Length - "Received: from us\r\n\tby them; now\r\n".Length;
        if (Verdicts.TryGetValue(fact, out var said))
        {
            Assert.Equal(said, FactText.Describe(new SpooledMailFacts(checkedMessage, mail).Get(fact)));
            // A rule test that does not give the fact sees the same.
            Assert.Equal(
                FactText.Describe(fact.ValueUnlessAsked), FactText.Describe(new SpooledMailFacts(message, mail).Get(fact)));
            return;
        }
        Check(fact, new SpooledMailFacts(checkedMessage, mail), size);
    }

    [Theory]
    [MemberData(nameof(Facts))]
    public void Each_fact_of_a_mail_under_reception_has_its_own_value(string key)
    {
        var fact = Fact.Find(key)!;
        var peer =
            new SmtpPeer(
                "listener", SmtpListenerMode.Mx, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1), new IPEndPoint(IPAddress.Loopback, 25))
            {
                Helo = "helo",
                ClientName = "name",
                User = "user",
                Tls = new SmtpTls("TLSv1.3", "cipher", "CN=cert"),
            };
        var transaction = new MailTransaction("m", new MailCommand(new SmtpAddress("sender", "sd.example")), peer, Policy, default);
        var facts = new MailFacts(transaction);
        var content = MailContent.FromMemory(Encoding.ASCII.GetBytes(Mail));
        facts.MailArrived(ParsedMail.Open(content), content, 4711);
        Check(fact, facts, 4711);
    }

    [Theory]
    [MemberData(nameof(Facts))]
    public void Each_fact_of_a_mail_in_a_file_has_its_own_value(string key)
    {
        var fact = Fact.Find(key)!;
        var value = new StoredMailFacts("m", MimeMessage.Open(MimeSource.FromMemory(Encoding.ASCII.GetBytes(Mail)))).Get(fact);
        if (fact.Source.Origin == FactOrigin.Check)
            Assert.False(value.IsKnown);
        else if (fact.Source.Origin == FactOrigin.Session && fact != Fact.Size)
            Assert.Equal(FactShape.Absent, value.Shape);
        else
            Assert.Equal(
                fact == Fact.Size ? $"{Mail.Length}" : Values[fact], FactText.Describe(value).Replace("⏎", "\n", StringComparison.Ordinal));
    }

    private static void Check(Fact fact, MessageFacts facts, long size)
    {
        var value = facts.Get(fact);
        if (fact.Source.Origin == FactOrigin.Check && fact != Fact.ClientName)
            Assert.False(value.IsKnown);
        else
            Assert.Equal(
                fact == Fact.Size ? $"{size}" : Values[fact], FactText.Describe(value).Replace("⏎", "\n", StringComparison.Ordinal));
    }
}
