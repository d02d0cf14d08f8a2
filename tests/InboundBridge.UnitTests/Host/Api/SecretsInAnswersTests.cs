using System.Text.Json;

namespace InboundBridge.UnitTests.Host.Api;

/// <summary>
/// Secrets that a rule holds came back in clear from explain and from comparisons,
/// and explain gave anybody a valid signature for any event.
/// </summary>
public sealed class SecretsInAnswersTests
{
    private const string Destinations = """
          signed:
            webhook:
              url: "http://user:geheim-user@127.0.0.1:9/hook?key=geheim-query&to={recipient}"
              secret: whsec_Z2VoZWltLWdlaGVpbS1nZWhlaW0tZ2VoZWlt
              headers: { X-Key: geh }
              auth: { bearer: geheim-bearer }
        """;

    private const string Rules = """
        rules:
          - name: all
            then:
              - webhook:
                  destination: DESTINATION
                  format: FORMAT
                  url: "http://127.0.0.1:9/hook?token=geheim-token"
                  secret: geheim-in-a-rule-that-is-long-enough
                  headers: { X-Api-Key: geheim-header, X-Short: pw }
                  auth: { basic: "geheim-name:geheim-password" }
        """;

    [Theory]
    [InlineData("hook", "json")]
    [InlineData("hook", "raw")]
    [InlineData("hook", "cloudevents")]
    [InlineData("hook", "mailgun")]
    [InlineData("hook", "mailgun-mime")]
    [InlineData("hook", "mandrill")]
    [InlineData("hook", "action-mailbox")]
    [InlineData("hook", "sendgrid")]
    [InlineData("hook", "postmark")]
    [InlineData("hook", "cloudmailin")]
    [InlineData("hook", "ses-sns")]
    public async Task Explain_shows_neither_a_secret_nor_a_valid_signature(string destination, string format)
    {
        await using var api =
            await ApiFixture.CreateAsync(
                rules: Rules.Replace("DESTINATION", destination, StringComparison.Ordinal)
                    .Replace("FORMAT", format, StringComparison.Ordinal));
        var text = (await ExplainAsync(api)).GetRawText();
        Assert.DoesNotContain("geheim", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Z2VoZWlt", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"pw\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("v1,", text, StringComparison.Ordinal);
        Assert.Contains("\"webhook-signature\",\"***\"", text, StringComparison.Ordinal);
        Assert.Contains("\"Authorization\",\"***\"", text, StringComparison.Ordinal);
        Assert.DoesNotMatch("name=.signature.[^*]*[0-9a-f]{64}|signature=[0-9a-f]{64}", text);
        if (format == "mandrill")
            Assert.Contains("\"X-Mandrill-Signature\",\"***\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_from_the_mail_in_a_configured_url_are_shown_and_values_of_the_operator_are_not()
    {
        await using var api =
            await ApiFixture.CreateAsync(Destinations.TrimEnd(), "rules:\n  - { name: all, then: [ webhook: signed ] }\n");
        var request = (await ExplainAsync(api)).GetProperty("plan")[0].GetProperty("request");
        Assert.Equal("http://127.0.0.1:9/hook?key=***&to=a%40example.com", request.GetProperty("url").GetString());
        Assert.DoesNotContain("\"geh\"", request.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comparison_shows_that_secrets_differ_and_not_which()
    {
        await using var api =
            await ApiFixture.CreateAsync(
                rules: Rules.Replace("DESTINATION", "hook", StringComparison.Ordinal).Replace("FORMAT", "json", StringComparison.Ordinal));
        await api.SubmitAsync("one");
        await using var changed = await ApiFixture.CreateAsync(
            rules: Rules.Replace("DESTINATION", "hook", StringComparison.Ordinal).Replace("FORMAT", "json", StringComparison.Ordinal)
                .Replace("geheim-header", "geheim-other", StringComparison.Ordinal));
        api.Reception.CurrentPolicy = changed.Reception.CurrentPolicy;
        var diff = await api.AskAsync("POST /api/v1/replay?since=7d", body: """{"dry_run":true}""");
        Assert.Single(diff.GetProperty("items").EnumerateArray());
        Assert.DoesNotContain("geheim", diff.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("***", diff.GetRawText(), StringComparison.Ordinal);
    }

    private static Task<JsonElement> ExplainAsync(ApiFixture api) =>
        api.AskAsync(
            "POST /api/v1/explain?from=b@sender.test&to=a@example.com", body: "From: b@sender.test\r\nSubject: s\r\n\r\ntext\r\n",
            type: "message/rfc822");
}
