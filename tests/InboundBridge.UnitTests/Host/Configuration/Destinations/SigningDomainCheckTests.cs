namespace InboundBridge.UnitTests.Host.Configuration.Destinations;

/// <summary>A relay that would sign what strangers forge in the name of our domain.</summary>
public class SigningDomainCheckTests
{
    [Theory]
    [InlineData("dmarc: off", "example.com", "dmarc")]
    [InlineData("dmarc: off", "mail.example.com", "dmarc")]
    [InlineData("dmarc: off, spf: off", "news.example.org", "dmarc")]
    [InlineData("spf: off", "example.com", "spf")]
    [InlineData("dkim: off", "example.com", "dkim")]
    [InlineData("dmarc: off", "com", "dmarc")]
    [InlineData("dmarc: off", "example.net", null)]
    [InlineData("dmarc: off", "badexample.com", null)]
    [InlineData("dmarc: on", "example.com", null)]
    [InlineData("dmarc: enforce", "example.com", null)]
    [InlineData("arc: off", "example.com", null)]
    public void A_key_for_one_of_our_domains_needs_dmarc(string checks, string signer, string? off) =>
        Assert.Equal(
            off is null ? [] : [Warning(signer, off)],
            Warnings($"authentication: {{ {checks} }}\n", signer));

    [Fact]
    public void Where_only_users_send_there_is_nothing_to_warn_of() => Assert.Empty(Warnings(
        "authentication: { dmarc: off }\nusers: { file: users.yaml }\n"
            + "smtp: { listeners: [{ address: \"127.0.0.1:25\", mode: submission, tls: require }] }\n"
            + "tls: { certificates: [{ cert: cert.pem, key: key.pem }] }\n", "example.com"));

    private static string Warning(string signer, string off) =>
        $"'out' signs forged mail of {signer} that strangers send by way of it: with authentication.{off} off, no mail fails DMARC; "
            + $"{off}: on, or no dkim where mail of strangers leaves";

    private static IEnumerable<string> Warnings(string sections, string signer)
    {
        var scene = new ConfigurationCase();
        foreach (var file in new[] { "cert.pem", "key.pem", "users.yaml" })
            scene.Files.Texts[$"{ConfigurationCase.Folder}/{file}"] = "users: []\n";
        var outcome = scene.Read(
            $"domains: [example.com, \"*.example.org\"]\n{sections}destinations:\n  out:\n    relay:\n      mx: true\n"
                + $"      dkim: {{ domain: {signer}, selector: s1, key: key.pem }}\n");
        Assert.True(outcome.Options is not null, string.Join('\n', outcome.Problems.Items));
        return outcome.Problems.Items.Where(problem => problem.Text.Contains("forged", StringComparison.Ordinal))
            .Select(problem => $"{problem.Text}; {problem.Hint}");
    }
}
