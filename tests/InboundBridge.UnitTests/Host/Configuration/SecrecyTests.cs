using InboundBridge.Configuration.Secrets;

namespace InboundBridge.UnitTests.Host.Configuration;

public class SecrecyTests
{
    private const string Yaml = """
        domains: [example.com]
        hostname: ${HOST}
        destinations:
          hook:
            webhook:
              url: "https://user:geheim-1@app.example.com/hook"
              secret: whsec_Z2VoZWltLTItZ2VoZWltLTItZ2VoZWltLTI=
              headers: { Authorization: geheim-3 }
              auth: { bearer: geheim-4 }
          out: { relay: { host: smtp.example.net, tls: require, auth: { user: u, password: geheim-5 } } }
        http: { tokens: [{ name: ops, hash: "$pbkdf2-sha256$i=1000$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA" }] }
        """;

    [Fact]
    public void A_print_shows_no_secret()
    {
        var given = new ConfigurationCase();
        given.Environment["HOST"] = "mx.geheim.example";
        var outcome = given.Read(Yaml);
        Assert.NotNull(outcome.Options);
        Assert.DoesNotContain("geheim", outcome.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("Z2VoZWlt", outcome.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("pbkdf2", outcome.Printed, StringComparison.Ordinal);
        Assert.Contains("hostname: \"${HOST}\"", outcome.Printed, StringComparison.Ordinal);
        Assert.Contains("url: \"https://***@app.example.com/hook\"", outcome.Printed, StringComparison.Ordinal);
        Assert.Contains("password: \"***\"", outcome.Printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/dead?key=geheim", "http://127.0.0.1:9/dead?key=***")]
    [InlineData("http://u:geheim@127.0.0.1/?a=geheim&to={recipient}&geheim#x", "http://***@127.0.0.1/?a=***&to={recipient}&***#x")]
    [InlineData("http://127.0.0.1/?key={sender}geheim{sender}", "http://127.0.0.1/?key=***")]
    [InlineData("http://127.0.0.1/?a=geheim&key=${KEY}", "http://127.0.0.1/?a=***&key=${KEY}")]
    public void A_print_shows_no_credential_of_a_url(string url, string shown)
    {
        var given = new ConfigurationCase();
        given.Environment["KEY"] = "geheim";
        var printed = given.Read($$"""
            domains: [example.com]
            destinations: { hook: { webhook: { url: "{{url}}" } } }
            recipients: { http: { url: "https://app.example.com/ask?token=geheim&address={address}" } }
            scanners: { rspamd: { url: "http://user:geheim@127.0.0.1:11333" } }
            tls: { acme: { directory: "https://acme.example.com/directory?key=geheim" } }

            """).Printed;
        Assert.DoesNotContain("geheim", printed, StringComparison.Ordinal);
        Assert.Contains($"url: \"{shown}\"\n", printed, StringComparison.Ordinal);
        Assert.Contains("https://app.example.com/ask?token=***&address={address}\"", printed, StringComparison.Ordinal);
        Assert.Contains("http://***@127.0.0.1:11333\"", printed, StringComparison.Ordinal);
        Assert.Contains("https://acme.example.com/directory?key=***\"", printed, StringComparison.Ordinal);
    }

    /// <summary>Problems are also in the log, in notices and in the API: a reload that is refused tells them there.</summary>
    [Theory]
    [InlineData("destinations: { a: { webhook: { url: \"http://x/\", auth: geheim } } }")]
    [InlineData("destinations: { a: { webhook: { url: \"http://x/\", auth: { bearer: [geheim] } } } }")]
    [InlineData("destinations: { a: { webhook: { url: \"http://x/\", secret: { x: geheim } } } }")]
    [InlineData("destinations: { a: { webhook: { url: \"ftp://u:geheim@x/?token=geheim\" } } }")]
    [InlineData("destinations: { a: { relay: { host: x, auth: geheim } } }")]
    [InlineData("destinations: { a: { relay: { host: x, srs: [geheim] } } }")]
    [InlineData("tls: { acme: { email: a@example.com, eab: geheim } }")]
    [InlineData("http: { tokens: [geheim] }")]
    [InlineData("spool: { postgres: { Password: geheim } }")]
    [InlineData("telemetry: { otlp: \"ftp://u:geheim@x/\" }")]
    [InlineData("telemetry: { otlp: \"http://u:geheim@x y/\" }")]
    [InlineData("log: { syslog: \"tcp://u:geheim@x:1\" }")]
    public void A_problem_quotes_no_secret(string yaml)
    {
        var outcome = new ConfigurationCase().Read($"domains: [example.com]\n{yaml}\n");
        Assert.Null(outcome.Options);
        Assert.NotEmpty(outcome.Problems.Items);
        Assert.All(outcome.Problems.Items, problem => Assert.DoesNotContain("geheim", problem.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Options_written_by_accident_show_no_secret()
    {
        var given = new ConfigurationCase();
        given.Environment["HOST"] = "mx.example.com";
        var outcome = given.Read(Yaml);
        var written =
            $"{outcome} {outcome.Options} {string.Join(' ', outcome.Options!.Destinations)} {string.Join(' ', outcome.Options.Http.Tokens)}"
            + string.Join(' ', outcome.Options.Destinations.Select(destination => $"{destination.Options}"));
        Assert.DoesNotContain("geheim", written, StringComparison.Ordinal);
        Assert.DoesNotContain("pbkdf2", written, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_changes_with_rules_and_settings_and_not_with_secrets()
    {
        static string Version(Action<ConfigurationCase> change, string yaml)
        {
            var given = new ConfigurationCase();
            given.Environment["HOST"] = "mx.example.com";
            given.Files.Texts["/etc/ib/rules/a.yaml"] = "rules: []";
            change(given);
            return given.Options(yaml).Version;
        }

        var before = Version(_ => { }, Yaml);
        Assert.Matches("^[0-9a-f]{12}$", before);
        Assert.Equal(before, Version(_ => { }, Yaml.Replace("geheim-5", "other", StringComparison.Ordinal)));
        Assert.NotEqual(
            before, Version(_ => { }, Yaml.Replace("domains: [example.com]", "domains: [example.org]", StringComparison.Ordinal)));
        Assert.NotEqual(before, Version(given => given.Set.Add("smtp.limits.errors=3"), Yaml));
        Assert.NotEqual(before, Version(given => given.Files.Texts["/etc/ib/rules/a.yaml"] = "rules: [] # changed", Yaml));
        Assert.NotEqual(before, Version(given => given.Files.Texts["/etc/ib/rules/scripts/b.js"] = "", Yaml));
    }

    [Fact]
    public void A_hash_matches_only_its_own_secret()
    {
        var text = SecretHash.Make("correct horse", iterations: 1000);
        Assert.True(SecretHash.TryParse(text, out var hash));
        Assert.True(hash.Verify("correct horse"));
        Assert.False(hash.Verify("correct horsf"));
        Assert.NotEqual(text, SecretHash.Make("correct horse", iterations: 1000));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("$pbkdf2-sha256$i=0$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA")]
    [InlineData("$pbkdf2-sha256$i=99999999999$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA")]
    [InlineData("$pbkdf2-sha256$i=1000$$aGFzaGhhc2hoYXNoaGFzaA")]
    [InlineData("$pbkdf2-sha256$i=1000$c2FsdHNhbHQ$!!!")]
    [InlineData("$scrypt$i=1000$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA")]
    public void Text_that_is_not_a_hash_is_refused(string text) => Assert.False(SecretHash.TryParse(text, out _));
}
