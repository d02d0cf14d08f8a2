using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.UnitTests.Host.Commands;

namespace InboundBridge.UnitTests.Host.Setup;

/// <summary>Rule tests see the request that would be sent, in every format.</summary>
public sealed class RuleTestRequestTests : IDisposable
{
    private const string Mail =
        "{ id: m1, sender: al@customer.example, recipient: bob@example.com, subject: Grüße, text: It broke, "
        + "attachments: [ { name: note.txt, type: text/plain, content: hi } ] }";

    private readonly string _folder = Directory.CreateTempSubdirectory("rule-requests-").FullName;

    /// <summary>Each format with something of the mail at its own place.</summary>
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["json"] = "{ type: mail.received, data: { id: m1, subject: Grüße, rule: all, vars: { who: bob }, authentication: { spf: { result: pass } }, "
            + "attachments: [ { filename: note.txt, content: aGk= } ] } }",
        ["cloudevents"] = "{ specversion: \"1.0\", data: { envelope: { sender: al@customer.example, recipients: [ bob@example.com ] } } }",
        ["raw"] = "\"X-Original-To: bob@example.com*It broke*\"",
        ["mailgun"] = "{ recipient: bob@example.com, subject: Grüße, body-plain: \"It broke*\", attachment-1: { filename: note.txt, content: hi } }",
        ["mailgun-mime"] = "{ recipient: bob@example.com, body-mime: \"*It broke*\" }",
        ["sendgrid"] = "{ to: \"*bob@example.com*\", subject: Grüße, text: \"It broke*\", attachments: 1, attachment1: { filename: note.txt } }",
        ["sendgrid-raw"] = "{ subject: Grüße, email: \"*It broke*\" }",
        ["postmark"] = "{ Subject: Grüße, Attachments: [ { Name: note.txt, Content: aGk= } ] }",
        ["postmark-raw"] = "{ Subject: Grüße, RawEmail: \"*It broke*\" }",
        ["cloudmailin"] = "{ envelope: { to: bob@example.com }, plain: \"It broke*\" }",
        ["cloudmailin-multipart"] = "{ plain: \"It broke*\", \"envelope[to]\": bob@example.com }",
        ["cloudmailin-raw"] = "{ \"envelope[to]\": bob@example.com, message: \"*It broke*\" }",
        ["ses-sns"] = "{ Type: Notification, Message: \"*bob@example.com*\" }",
        ["action-mailbox"] = "\"*It broke*\"",
        ["mandrill"] = "{ mandrill_events: \"*It broke*\" }",
    };

    public static TheoryData<string> Formats => [.. WebhookFormats.Names];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_format_can_be_compared(string format)
    {
        var right = await CheckAsync(format, Bodies[format]);
        Assert.True(right.Code == 0, right.Printed);
        var wrong = await CheckAsync(format, Bodies[format].StartsWith('{') ? "{ there-is-no-such-key: 1 }" : "\"other\"");
        Assert.Equal(1, wrong.Code);
        Assert.Contains("request to 'hook': body", wrong.Printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "json",
        "{ data: { authentication: { verdict: fail, spf: { result: fail, domain: customer.example }, dkim: [ { result: fail } ], "
            + "dmarc: { result: fail, policy: reject }, arc: { result: fail }, spam: { score: 7.5, action: reject }, virus: Eicar, "
            + "virus_scanned: true, signatures: [ { result: invalid } ] }, signatures: [ { result: invalid } ], "
            + "authentication_results: \"*spf=fail smtp.mailfrom=al@customer.example*dkim=fail*dmarc=fail*arc=fail*\" } }")]
    [InlineData("raw", "\"*Authentication-Results: *spf=fail*dmarc=fail*\"")]
    [InlineData("sendgrid", "{ SPF: fail, spam_score: \"7.5\", dkim: \"*fail*\" }")]
    [InlineData("mailgun", "{ message-headers: \"*X-Mailgun-Spf*Fail*X-Mailgun-Sscore*7.5*\" }")]
    [InlineData("ses-sns", "{ Message: \"*virusVerdict*FAIL*dmarcVerdict*FAIL*\" }")]
    public async Task The_request_shows_what_a_test_gives(string format, string body)
    {
        var (code, printed) = await CheckAsync(
            format, body,
            given: "verdict: fail, spf: fail, dkim: fail, dmarc: fail, dmarc_policy: reject, arc: fail, spam_score: 7.5, "
                + "spam_action: reject, virus: Eicar, signature: invalid");
        Assert.True(code == 0, printed);
    }

    [Fact]
    public async Task Rules_scripts_and_a_transform_see_what_a_test_gives()
    {
        Write("see.js", """
            function transform({ authentication: a }) {
              return { body: { seen: [a.verdict, a.spf.result, a.dmarc.result, a.arc.result, a.virus] } };
            }
            """);
        var (code, printed) = await CheckRulesAsync("json, transform: see.js", """
            rules:
              - name: scr
                when: { script: "message.authentication.verdict === 'fail' && message.authentication.arc.result === 'fail'" }
                then: [ tag: bad, webhook: hook ]
            tests:
              - name: t
                mail: { sender: al@customer.example, recipient: ann@example.com, subject: Hi }
                given: { verdict: fail, dmarc: fail, spf: fail, dkim: fail, arc: fail, virus: Eicar }
                expect: { tags: [bad], request: { body: { seen: [fail, fail, fail, fail, Eicar] } } }
            """);
        Assert.True(code == 0, printed);
    }

    [Fact]
    public async Task What_a_test_does_not_give_was_not_asked()
    {
        var (code, printed) = await CheckAsync(
            "json",
            "{ data: { authentication: { verdict: none, spf: { result: none }, dkim: [], spam: null, virus: null }, "
                + "authentication_results: null, signatures: [] } }",
            given: "tls: TLSv1.3");
        Assert.True(code == 0, printed);
    }

    [Fact]
    public async Task Secrets_are_compared_and_never_printed()
    {
        var (code, printed) = await CheckAsync(
            "json", "{ data: { id: other } }",
            "url: https://y.example/, headers: { Authorization: Basic x, X-Key: x, webhook-signature: v1* }");
        Assert.Equal(1, code);
        Assert.Contains("got 'https://x.example/hook?token=***'", printed, StringComparison.Ordinal);
        Assert.Contains("headers.Authorization: expected 'Basic x', got '***'", printed, StringComparison.Ordinal);
        Assert.Contains("headers.webhook-signature: expected 'v1*', got '***'", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", printed, StringComparison.Ordinal);
        var right = await CheckAsync(
            "json", "{}", "url: \"https://x.example/hook?token=geheim\", headers: { Authorization: Bearer geheim }");
        Assert.True(right.Code == 0, right.Printed);
    }

    [Fact]
    public async Task A_stored_mail_and_a_rules_options_are_in_the_request()
    {
        Write("rules/mails/one.eml", "From: al@customer.example\nTo: bob@example.com\nSubject: stored\n\ntext\n");
        var (code, printed) = await CheckRulesAsync("json", """
            rules:
              - { name: all, when: { recipient: "{who}@example.com" }, then: [ add_header: { X-Who: "{who}" }, webhook: { destination: hook, url: "https://x.example/{who}", to: "{who}@y.example" } ] }
            tests:
              - name: stored
                eml: mails/one.eml
                expect: { request: { url: https://x.example/bob, body: { data: { subject: stored, headers: "*" } } } }
            """);
        Assert.Equal(1, code);
        Assert.Contains("body.data.headers: expected \"*\", got [[\"X-Who\",\"bob\"],[\"From\",", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("url:", printed, StringComparison.Ordinal);
    }

    private Task<(int Code, string Printed)> CheckAsync(
        string format, string body, string more = "url: \"https://x.example/*\"", string given = "spf: pass") =>
        CheckRulesAsync(format, $$"""
            rules:
              - { name: all, when: { recipient: "{who}@example.com" }, then: [ webhook: hook ] }
            tests:
              - name: t
                mail: {{Mail}}
                given: { {{given}} }
                expect: { request: { {{more}}, body: {{body}} } }
            """);

    private async Task<(int Code, string Printed)> CheckRulesAsync(string format, string rules)
    {
        Write("inboundbridge.yaml", $$"""
            domains: [example.com]
            spool: { path: {{_folder}}/data }
            destinations:
              hook: { webhook: { url: "https://x.example/hook?token=geheim", format: {{format}}, auth: { bearer: geheim }, headers: { X-Key: geheim }, secret: whsec_Z2VoZWltZ2VoZWltZ2VoZWltZ2VoZWlt, attachments: { otherwise: omit } } }
            """);
        Write("rules/a.yaml", rules);
        var check = new CommandRun();
        var code = await check.RunAsync("check", "--offline", "--config", Path.Combine(_folder, "inboundbridge.yaml"));
        return (code, check.Out + check.Error);
    }

    private void Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
