using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Formats;

/// <summary>docs/schemas/mail.schema.json describes what <c>format: json</c> sends: every key, and nothing else.</summary>
public sealed class PayloadSchemaTests
{
    private static readonly SchemaCheck Schema = SchemaCheck.Of("mail");

    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "tests/testdata");

    /// <summary>Every result that adds a key of its own.</summary>
    private static readonly MailVerdicts Everything = new()
    {
        Verdict = SenderVerdict.Fail,
        Reasons = ["dmarc=fail"],
        Iprev = new IprevVerdict(CheckResult.Pass, "mx.customer.com"),
        Spf = new SpfVerdict(CheckResult.TempError) { Domain = "customer.com", Explanation = "no", Mechanism = "-all", Problem = "late" },
        Dkim =
        [
            new DkimVerdict(CheckResult.Pass)
            {
                Domain = "customer.com", UnsignedOctets = 9, UnsignedFields = ["Subject"], IsPartial = true, IsTest = true,
            },
        ],
        Dmarc = new DmarcVerdict(CheckResult.Fail)
        {
            Domain = "customer.com",
            AuthorDomain = "a.customer.com",
            Alignment = ["dkim"],
            Problem = "no",
        },
        Arc = new ArcVerdict(CheckResult.Fail) { Sealers = ["lists.example.net"], UnsignedFields = ["From"], Reason = "body hash" },
        Dnsbl = [new DnsblListing("bl.example", "127.0.0.2"), new DnsblListing("wl.example", "127.0.0.3", Allows: true)],
        DnsblProblems = ["late.example: no answer"],
        Spam = new SpamVerdict(7.5, "reject") { RequiredScore = 6, Symbols = new Dictionary<string, double> { ["BAYES"] = 3.5 } },
        Virus = "Eicar",
        VirusScanned = true,
        Signatures =
        [
            new SignatureVerdict(SignatureVerdict.Smime, SignatureResult.Invalid) { Reason = "changed" },
            new SignatureVerdict(SignatureVerdict.OpenPgp, SignatureResult.Valid) { Signer = "al@customer.com" },
        ],
    };

    private static readonly string[] Reports =
    [
        """
        Content-Type: application/xml; name="example.com!customer.com!1!2.xml"

        <feedback><report_metadata><org_name>a</org_name><report_id>1</report_id><date_range><begin>1</begin><end>2</end></date_range>
        <error>late</error></report_metadata><policy_published><domain>example.com</domain><p>none</p></policy_published>
        <record><row><source_ip>192.0.2.1</source_ip><count>2</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim>
        <spf>fail</spf><reason><type>other</type><comment>c</comment></reason></policy_evaluated></row>
        <identifiers><header_from>example.com</header_from></identifiers>
        <auth_results><dkim><domain>example.com</domain><result>pass</result><selector>s</selector></dkim>
        <spf><domain>example.com</domain><result>fail</result></spf></auth_results></record></feedback>
        """,
        """
        Content-Type: application/tlsrpt+json

        {"organization-name":"a","date-range":{"start-datetime":"2026-01-01T00:00:00Z","end-datetime":"2026-01-02T00:00:00Z"},
        "contact-info":"a@b","report-id":"1","policies":[{"policy":{"policy-type":"sts","policy-string":["version: STSv1"],
        "policy-domain":"example.com","mx-host":["mx.example.com"]},"summary":{"total-successful-session-count":1,
        "total-failure-session-count":1},"failure-details":[{"result-type":"certificate-expired","failed-session-count":1}]}]}
        """,
        """
        Content-Type: multipart/report; report-type=feedback-report; boundary=b

        --b
        Content-Type: text/plain

        An abuse report.
        --b
        Content-Type: message/feedback-report

        Feedback-Type: abuse
        User-Agent: test
        Version: 1
        Source-IP: 192.0.2.1
        Original-Rcpt-To: <a@example.com>
        Reported-Domain: example.com
        --b
        Content-Type: text/rfc822-headers

        From: a@example.com
        --b--
        """,
    ];

    public static TheoryData<string> Mails => [.. Directory.GetFiles(Path.Combine(Folder, "messages"), "*.eml").Select(
        file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Mails))]
    public async Task A_mail_of_the_test_data(string name) =>
        Assert.Empty(Schema.Problems(
            await SentAsync(await File.ReadAllBytesAsync(Path.Combine(Folder, "messages", name), TestContext.Current.CancellationToken))));

    [Fact]
    public async Task The_golden_requests()
    {
        foreach (var folder in Directory.GetDirectories(Path.Combine(Folder, "webhook")))
            Assert.Empty(Schema.Problems((await GoldenRequestTests.SendAsync(Path.GetFileName(folder), "json")).Text));
    }

    [Theory]
    [InlineData(0, "dmarc")]
    [InlineData(1, "tlsrpt")]
    [InlineData(2, "arf")]
    public async Task A_report(int index, string type)
    {
        var mail = $"From: reports@customer.com\r\nMIME-Version: 1.0\r\n{Reports[index].ReplaceLineEndings("\r\n")}\r\n";
        var sent = await SentAsync(Encoding.UTF8.GetBytes(mail));
        Assert.Equal(type, JsonNode.Parse(sent)!["data"]!["report"]!["type"]!.GetValue<string>());
        Assert.Empty(Schema.Problems(sent));
    }

    [Fact]
    public async Task Every_verdict_that_has_a_key_of_its_own()
    {
        var message = Message with { AuthenticationJson = VerdictsJson.Write(Everything) };
        message = message with { Envelope = message.Envelope with { TlsVersion = "TLSv1.3", TlsCipher = "TLS_AES_256_GCM_SHA384" } };
        var sent = await SentAsync(Encoding.UTF8.GetBytes(Mail), message);
        Assert.Empty(Schema.Problems(sent));
        Assert.Equal(2, JsonNode.Parse(sent)!["data"]!["signatures"]!.AsArray().Count);
    }

    /// <summary>The check itself finds what is missing, what is more and what is of another type.</summary>
    [Fact]
    public async Task A_changed_body_is_not_described()
    {
        var sent = await SentAsync(Encoding.UTF8.GetBytes(Mail));
        foreach (var (change, problem) in new (Action<JsonObject> Change, string Problem)[]
        {
            (data => data.Remove("raw_url"), "$.data.raw_url is missing"),
            (data => data["colour"] = "red", "$.data.colour is not in the schema"),
            (data => data["size"] = "9", "$.data.size is not of type"),
            (data => data["authentication"]!["verdict"] = "perhaps", "$.data.authentication.verdict is none of"),
            (data => data["received_at"] = "yesterday", "$.data.received_at has another form"),
        })
        {
            var body = JsonNode.Parse(sent)!;
            change(body["data"]!.AsObject());
            Assert.Contains(Schema.Problems(body.ToJsonString()), found => found.StartsWith(problem, StringComparison.Ordinal));
        }
    }

    private static async Task<string> SentAsync(byte[] mail, SpooledMessage? message = null)
    {
        var handler = new RecordingHandler();
        var attempt = Attempt(content: MailContent.FromMemory(mail)) with { Message = message ?? Message };
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(handler, attempt: attempt));
        return handler.Request.Text;
    }
}
