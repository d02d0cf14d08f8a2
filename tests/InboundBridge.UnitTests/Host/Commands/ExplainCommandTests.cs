using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.Host.Commands;

/// <summary>
/// What explain prints for the cases of tests/testdata/explain, with random values (ids, digests, signatures) masked. To write the files
/// again after a wanted change, run with UPDATE_GOLDEN=1, and read the difference.
/// </summary>
public partial class ExplainCommandTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "tests/testdata/explain");

    [Theory]
    [InlineData("tickets", "expected.txt")]
    [InlineData("tickets", "expected.json", "--json")]
    [InlineData("tickets", "expected.sh", "--curl")]
    [InlineData("refusals", "expected.txt")]
    [InlineData("refusals", "expected.json", "--json")]
    [InlineData("script", "expected.txt")]
    [InlineData("asked", "expected.txt")]
    [InlineData("transform", "expected.txt")]
    [InlineData("transform", "expected.json", "--json")]
    public async Task It_prints_what_is_on_file(string name, string expected, params string[] options)
    {
        var run = await ExplainAsync(name, options);
        Assert.Empty(run.Error);
        var file = Path.Combine(Folder, name, expected);
        var printed = Blotted(run.Out);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            await File.WriteAllTextAsync(file, printed, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), printed);
    }

    [Fact]
    public async Task Colour_changes_nothing_but_the_colour_and_no_mail_steers_the_terminal()
    {
        var plain = await ExplainAsync("tickets");
        Assert.DoesNotContain('\u001b', plain.Out);
        var coloured = await ExplainAsync("tickets", colour: true);
        Assert.Contains("\u001b[32m+ decides\u001b[0m", coloured.Out, StringComparison.Ordinal);
        var stripped = Colour().Replace(coloured.Out, string.Empty);
        Assert.DoesNotContain('\u001b', stripped);
        Assert.Equal(Blotted(plain.Out), Blotted(stripped));
    }

    /// <summary>docs/api.md names every key of the object.</summary>
    [Fact]
    public async Task Every_key_is_on_the_page()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "docs/api.md"), TestContext.Current.CancellationToken);
        var section = page[page.IndexOf("\n## Explain\n", StringComparison.Ordinal)..];
        var json = JsonNode.Parse((await ExplainAsync("tickets", ["--json"])).Out)!.AsObject();
        foreach (var key in Keys(json).Distinct())
            Assert.Contains(key, section, StringComparison.Ordinal);

        static IEnumerable<string> Keys(JsonNode? node) => node switch
        {
            JsonArray items => items.SelectMany(Keys),
            JsonObject members => members.SelectMany(member => member.Key is "authentication" or "vars" or "options"
                ? [member.Key] : Keys(member.Value).Prepend(member.Key)),
            _ => [],
        };
    }

    [Fact]
    public async Task Nothing_is_left_behind()
    {
        var before = Listing();
        await ExplainAsync("tickets");
        Assert.Equal(before, Listing());

        static string Listing() =>
            string.Join('\n', Directory.GetFileSystemEntries(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_failing_rule_test_does_not_keep_a_mail_from_being_explained()
    {
        var folder = Directory.CreateTempSubdirectory("ib-explain-").FullName;
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, "ib.yaml"), "domains: [example.com]\nrules: { path: r.yaml }\n",
                TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(
                Path.Combine(folder, "r.yaml"),
                "rules: [{ name: all, then: [discard] }]\ntests: [{ name: wrong, mail: { recipient: a@example.com }, expect: { hold: true } }]\n",
                TestContext.Current.CancellationToken);
            var run = new CommandRun();
            Assert.Equal(
                0, await run.RunAsync(
                    "explain", Mail("refusals"), "--to", "a@example.com", "--json", "--config", Path.Combine(folder, "ib.yaml")));
            var recipient = JsonNode.Parse(run.Out)!["recipients"]![0]!;
            Assert.Equal(("discarded", "all"), (recipient["fate"]!.GetValue<string>(), recipient["rule"]!.GetValue<string>()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("--to", "a@example.com\r\nRCPT TO:<b@example.com>")]
    [InlineData("--to", "not an address")]
    [InlineData("--to", "a@example.com", "--from", "x y")]
    [InlineData("--to", "a@example.com", "--helo", "a b")]
    [InlineData("--to", "a@example.com", "--client-ip", "here")]
    [InlineData("--to", "a@example.com", "--client-ip", "1.2.3")]
    [InlineData("--to", "a@example.com", "--client-ip", "1")]
    [InlineData("--to", "a@example.com", "--client-ip", "010.0.0.1")]
    [InlineData("--from", "a@example.com")]
    public async Task Addresses_that_smtp_can_not_carry_are_bad_usage(params string[] options)
    {
        var run = new CommandRun();
        Assert.Equal(2, await run.RunAsync(["explain", Mail("refusals"), "--config", Configuration("refusals"), .. options]));
        Assert.NotEmpty(run.Error);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task The_sender_and_the_signatures_of_a_relay_are_shown_and_nothing_that_anybody_would_accept()
    {
        var folder = Directory.CreateTempSubdirectory("ib-explain-").FullName;
        try
        {
            Write("key.pem", SlowSigner.Rsa.ExportPkcs8PrivateKeyPem());
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(Path.Combine(folder, "key.pem"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Write("r.yaml", "rules: [{ name: all, then: [{ relay: outbound }] }]\n");
            Write("ib.yaml", """
                domains: [example.com]
                rules: { path: r.yaml }
                destinations:
                  outbound:
                    relay:
                      host: smtp.example.net
                      srs: { domain: srs.example.com, secret: hunter2hunter2hunter2hunter2 }
                      dkim: [{ domain: example.com, selector: s1, key: key.pem }, { domain: example.org, selector: s2, key: key.pem }]
                      arc: { domain: example.com, selector: s1, key: key.pem }

                """);
            string[] arguments = ["explain", Mail("asked"), "--to", "a@example.com", "--config", Path.Combine(folder, "ib.yaml")];
            var run = new CommandRun { Clock = new FakeTimeProvider(WebhookFixture.Now) };
            Assert.Equal(0, await run.RunAsync(arguments));
            Assert.Contains(
                "  relay outbound for a@example.com\n"
                + "    MAIL FROM:<SRS0=***=7H=b.example=a@srs.example.com> (rewritten by SRS; its proof is hidden)\n"
                + "    signed: dkim by example.com, selector s1\n    signed: dkim by example.org, selector s2\n"
                + "    sealed: arc by example.com, selector s1\n",
                run.Out, StringComparison.Ordinal);
            var json = new CommandRun { Clock = new FakeTimeProvider(WebhookFixture.Now) };
            Assert.Equal(0, await json.RunAsync([.. arguments, "--json"]));
            var relay = JsonNode.Parse(json.Out)!["plan"]![0]!["relay"]!;
            Assert.Equal("SRS0=***=7H=b.example=a@srs.example.com", relay["sender"]!.GetValue<string>());
            Assert.True(relay["rewritten"]!.GetValue<bool>());
            Assert.Equal(
                ["dkim example.com s1 ", "dkim example.org s2 ", "arc example.com s1 "],
                relay["signatures"]!.AsArray().Select(each => $"{each!["kind"]} {each["domain"]} {each["selector"]} {each["omitted"]}"));
            Assert.DoesNotContain("hunter2", run.Out + json.Out, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);
    }

    [Fact]
    public async Task A_mail_that_is_too_large_is_refused_before_anybody_is_asked()
    {
        var large = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(large, $"Subject: x\n\n{new string('x', 120_000)}\n", TestContext.Current.CancellationToken);
            var run = new CommandRun();
            Assert.Equal(
                0, await run.RunAsync(
                    "explain", large, "--from", "a@b.example", "--to", "bob@example.com", "--json", "--config", Configuration("refusals")));
            var explanation = JsonNode.Parse(run.Out)!;
            Assert.Equal("552", explanation["replies"]!.AsArray()[^1]!["code"]!.ToJsonString());
            Assert.Empty(explanation["recipients"]!.AsArray());
        }
        finally
        {
            File.Delete(large);
        }
    }

    private static async Task<CommandRun> ExplainAsync(string name, string[]? options = null, bool colour = false)
    {
        var run = new CommandRun { Clock = new FakeTimeProvider(WebhookFixture.Now), UsesColour = colour };
        var arguments =
            (await File.ReadAllTextAsync(Path.Combine(Folder, name, "arguments.txt")))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(argument => argument.Trim('\''));
        Assert.Equal(0, await run.RunAsync(["explain", Mail(name), "--config", Configuration(name), .. arguments, .. options ?? []]));
        return run;
    }

    private static string Mail(string name) => Path.Combine(Folder, name, "mail.eml");

    private static string Configuration(string name) => Path.Combine(Folder, name, "inboundbridge.yaml");

    private static string Blotted(string text)
    {
        text = text.Replace(RepositoryFiles.Root + "/", string.Empty, StringComparison.Ordinal);
        // The octets contain ids too. A scenario that runs the command shows that it sends the right ones.
        text = Base64().Replace(text, "BASE64\nEOF\n");
        text = Digest().Replace(text, "DIGEST");
        text = Id().Replace(text, "ID");
        text = Signature().Replace(text, "v1,SIGNATURE");
        return Version().Replace(text, "VERSION");
    }

    [GeneratedRegex(@"^(?:[A-Za-z0-9+/=]{1,76}\n)+EOF\n", RegexOptions.Multiline)]
    private static partial Regex Base64();

    [GeneratedRegex(@"\b[0-9a-f]{64}\b|(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{50})(?![0-9a-f])|(?<=boundary=|-{4,})[0-9a-f]{32}\b")]
    private static partial Regex Digest();

    [GeneratedRegex(@"\b0[0-9a-hjkmnp-tv-z]{25}\b")]
    private static partial Regex Id();

    [GeneratedRegex("v1,[A-Za-z0-9+/]{43}=")]
    private static partial Regex Signature();

    [GeneratedRegex(@"InboundBridge/[\w.+-]+")]
    private static partial Regex Version();

    [GeneratedRegex(@"\u001b\[\d+m")]
    private static partial Regex Colour();
}
