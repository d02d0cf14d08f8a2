using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Configuration;

/// <summary>
/// Regression: requests with an empty or short secret were silently sent unsigned, or signed with a key that anybody can guess.
/// </summary>
public class WebhookSecretTests
{
    [Theory]
    [InlineData("secret:")]
    [InlineData("secret: null")]
    [InlineData("secret: \"\"")]
    [InlineData("secret: ${EMPTY}")]
    [InlineData("secret: whsec_${EMPTY}")]
    [InlineData("secret: [\"${EMPTY}\"]")]
    [InlineData("secret: short")]
    [InlineData("secret: [MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, twenty-three-octets-in.]")]
    [InlineData("secret: whsec_c2hvcnQ=")]
    [InlineData("auth:")]
    [InlineData("auth: { bearer: }")]
    [InlineData("auth: { bearer: \"${EMPTY}\" }")]
    [InlineData("auth: { basic: \"user:${EMPTY}\" }")]
    [InlineData("headers: { X-Api-Key: \"${EMPTY}\" }")]
    [InlineData("format: mailgun, secret: \"\"")]
    [InlineData("trusted_certificates: /nowhere.pem")]
    public void Is_refused(string keys) => Assert.True(Read(keys).HasErrors, keys);

    [Theory]
    [InlineData("secret: twenty-four-octets-is-ok")]
    [InlineData("secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("format: mailgun, secret: key-1")]
    [InlineData("format: mailgun-mime, secret: key-1")]
    [InlineData("format: mandrill, secret: key-1")]
    [InlineData("format: action-mailbox, secret: password")]
    [InlineData("auth: { basic: \"key:\" }")]
    [InlineData("headers: { X-Empty: \"\" }")]
    public void Is_taken(string keys)
    {
        var problems = Read(keys);
        Assert.False(problems.HasErrors, string.Join('\n', problems.Items));
    }

    [Fact]
    public void Options_that_are_not_sent_to_a_host_from_the_mail_are_reported() =>
        Assert.Contains(
            "secret, headers will not be used",
            Assert.Single(Read("secret: twenty-four-octets-is-ok, headers: { X-A: b }", "https://{tenant}/").Items).Text,
            StringComparison.Ordinal);

    private static SourceProblems Read(string keys, string url = "https://app.example.com/")
    {
        var given = new ConfigurationCase();
        given.Environment["EMPTY"] = string.Empty;
        return given.Read($"domains: [example.com]\ndestinations:\n  hook: {{ webhook: {{ url: \"{url}\", {keys} }} }}\n").Problems;
    }
}
