using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.Rules.Templates;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;
using RulesFilling = InboundBridge.Rules.Templates.UrlFilling;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Sending;

/// <summary>
/// The author of the mail may own the host that it names, so no secret is sent there, in any format.
/// And a value of the mail can't leave its place in a URL.
/// </summary>
public class HostFromMailTests
{
    private static readonly string[] Secrets = ["geheim-key-of-a-vendor-0123456789", Secret];

    private static readonly WebhookOptions Everything = Options with
    {
        Secrets = Secrets,
        BasicAuth = "geheim-user:geheim-password",
        Headers = new Dictionary<string, string> { ["X-Api-Key"] = "geheim-header" },
    };

    public static TheoryData<string, string> Ways()
    {
        var data = new TheoryData<string, string>();
        foreach (var format in WebhookFormats.Names)
            foreach (var way in new[] { "configured", "rule", "script", "own", "user" })
                data.Add(format, way);
        return data;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task No_secret_is_sent_to_a_host_that_the_mail_decides(string format, string way)
    {
        var handler = new RecordingHandler();
        var delivery = Sample with { Vars = new Dictionary<string, string> { ["tenant"] = "tenant.example.org" } };
        var (url, json) = way switch
        {
            "configured" => ("https://{tenant}/hook", null),
            "rule" => (Options.Url, """{"url": "https://tenant.example.org/hook", "url_host_from_mail": true}"""),
            "script" =>
                (Options.Url,
                    """{"url": "https://tenant.example.org/hook", "url_host_from_mail": true, "secret": ["geheim-of-the-rule-0123456789"]}"""),
            "own" =>
                (Options.Url,
                    """{"url": "https://tenant.example.org/hook", "url_host_from_mail": true, "auth": {"bearer": "geheim"}, "headers": {"Authorization": "geheim", "Y-Key": "geheim"}}"""),
            _ => (Options.Url, """{"url": "https://geheim:geheim@tenant.example.org/hook", "url_host_from_mail": true}"""),
        };
        await DeliverAsync(handler, Everything with { Format = format, Url = url }, Attempt(delivery with { OptionsJson = json }));
        Assert.Equal("tenant.example.org", handler.Request.Url.Host);
        var names = handler.Request.Headers.Select(header => header.Key).ToList();
        Assert.DoesNotContain(names,
            name => name is "Authorization" or "webhook-signature" or "X-Api-Key" or "Y-Key" or "X-Mandrill-Signature");
        Assert.Contains("webhook-id", names);
        var all = string.Join('\n', handler.Request.Headers) + System.Text.Encoding.Latin1.GetString(handler.Request.Body);
        Assert.DoesNotContain("geheim", all, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("geheim"u8.ToArray()), all, StringComparison.Ordinal);
        // The signature below a mail's text is none of ours.
        var signed = all.Replace("stripped-signature", string.Empty, StringComparison.Ordinal);
        if (format.StartsWith("mailgun", StringComparison.Ordinal))
            Assert.DoesNotContain("signature", signed, StringComparison.Ordinal);
    }

    /// <summary>A host that a rule writes out is trusted, but the configured host's credentials are not sent there.</summary>
    [Theory]
    [InlineData("json", true)]
    [InlineData("action-mailbox", true)]
    [InlineData("mailgun", true)]
    [InlineData("mandrill", true)]
    public async Task A_host_that_is_written_out_gets_our_signature_and_no_credential(string format, bool signed)
    {
        var handler = new RecordingHandler();
        await DeliverAsync(
            handler, Everything with { Format = format },
            Attempt(Sample with { OptionsJson = """{"url": "https://other.example.com/"}""" }));
        Assert.Equal(signed, handler.Request.Header("webhook-signature") is not null);
        Assert.Null(handler.Request.Header("Authorization"));
        Assert.Null(handler.Request.Header("X-Api-Key"));
        Assert.Null(handler.Request.Header("X-Mandrill-Signature"));
        if (format == "mailgun")
            Assert.DoesNotContain("&signature=", System.Text.Encoding.Latin1.GetString(handler.Request.Body), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..", "/t/%252E%252E/end")]
    [InlineData(".", "/t/%252E/end")]
    [InlineData("%2e%2e", "/t/%252e%252e/end")]
    [InlineData("../../admin", "/t/%252E%252E%2F%252E%252E%2Fadmin/end")]
    [InlineData("..\\..\\admin", "/t/%252E%252E%5C%252E%252E%5Cadmin/end")]
    [InlineData("a/b?c#d@e:f", "/t/a%2Fb%3Fc%23d%40e%3Af/end")]
    [InlineData("a\tb\r\nc\0", "/t/a%09b%0D%0Ac%00/end")]
    [InlineData("\u2025", "/t/%252E%252E/end")]
    [InlineData("\uff0e\uff0e\uff0fx", "/t/%252E%252E%2Fx/end")]
    [InlineData("\u3002\u2024", "/t/%252E%252E/end")]
    [InlineData("v1.2", "/t/v1.2/end")]
    [InlineData("...", "/t/.../end")]
    [InlineData("", "/t//end")]
    public async Task No_value_becomes_a_dot_segment(string value, string path)
    {
        var delivery = Sample with { Vars = new Dictionary<string, string> { ["v"] = value } };
        var handler = new RecordingHandler();
        await DeliverAsync(handler, Options with { Url = "https://app.example.com/t/{v}/end" }, Attempt(delivery));
        Assert.Equal($"https://app.example.com{path}", handler.Request.Url.AbsoluteUri);
        Assert.Equal(path, RuleFilled("/t/", value, "/end"));
    }

    [Theory]
    [InlineData("/a/.{v}/b", ".", "/a/.%252E/b")]
    [InlineData("/a/{v}{v}/b", ".", "/a/%252E%252E/b")]
    [InlineData("/a/{none}..{none}/b", "", "/a/%252E%252E/b")]
    [InlineData("/a/{none}.{none}", "", "/a/%252E")]
    [InlineData("/a/%2e{v}/b", ".", "/a/.%252E/b")]
    [InlineData("/a/%2e{none}%2E/b", "", "/a/%252E%252E/b")]
    [InlineData("/a/b?q={v}", "..", "/a/b?q=%252E%252E")]
    [InlineData("/a/./b/{v}", "x", "/a/b/x")]
    public async Task A_value_and_the_text_beside_it_make_no_dot_segment(string template, string value, string path)
    {
        var handler = new RecordingHandler();
        var delivery = Sample with { Vars = new Dictionary<string, string> { ["v"] = value } };
        await DeliverAsync(handler, Options with { Url = "https://app.example.com" + template }, Attempt(delivery));
        Assert.Equal($"https://app.example.com{path}", handler.Request.Url.AbsoluteUri);
    }

    /// <summary>A script builds its URL itself, and encodeURIComponent does not encode dots.</summary>
    [Fact]
    public async Task A_url_from_a_script_has_no_dot_segments()
    {
        var handler = new RecordingHandler();
        await DeliverAsync(
            handler,
            attempt: Attempt(
                Sample with { OptionsJson = """{"url": "https://app.example.com/t/../%2E%2e/x?q=../..", "url_host_from_mail": true}""" }));
        Assert.Equal("https://app.example.com/t/%252E%252E/%252E%252E/x?q=../..", handler.Request.Url.AbsoluteUri);
    }

    [Theory]
    [InlineData("evil.example/")]
    [InlineData("evil.example#")]
    [InlineData("evil.example\u3002x")]
    [InlineData("user@evil.example")]
    [InlineData("a..b")]
    public async Task A_value_that_is_not_valid_in_a_host_name_sends_nothing(string value)
    {
        var handler = new RecordingHandler();
        var delivery = Sample with { Vars = new Dictionary<string, string> { ["v"] = value } };
        await DeliverAsync(handler, Options with { Url = "https://{v}.example.com/" }, Attempt(delivery));
        Assert.All(handler.Requests, request => Assert.EndsWith(".example.com", request.Url.Host, StringComparison.Ordinal));
    }

    private static string RuleFilled(string before, string value, string behind)
    {
        var url = new RulesFilling();
        url.Literal(before);
        url.Value(TemplateEscape.UrlText(value));
        url.Literal(behind);
        return url.ToString();
    }
}
