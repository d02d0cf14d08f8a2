using System.Net;
using InboundBridge.MailFlow.SenderAuthentication.ResultsField;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.ResultsField;

public class AuthenticationResultsTests
{
    private const string Folder = "tests/testdata/authentication-results";

    private static readonly Dictionary<string, ResultsFieldInput> Inputs = new(StringComparer.Ordinal)
    {
        ["nothing-checked"] = new("mx.example.com", MailVerdicts.NotAsked),
        ["passing"] = Input(SampleVerdicts.Passing) with { MailFrom = "al@example.com" },
        ["problems"] = Input(SampleVerdicts.Problematic) with { Client = IPAddress.Parse("2001:db8::25") },
        ["unsigned"] = Input(new MailVerdicts { Spf = new SpfVerdict(CheckResult.None) { Domain = "example.com" } }) with
        {
            MailFrom = "bounces+al=example.org@example.com",
        },
        ["no-author"] = Input(new MailVerdicts { Dmarc = DmarcVerdict.NotAsked with { Problem = "From names no domain" } }),
        ["long-names"] = Input(LongNames()) with { MailFrom = "al@" + Long },
        ["odd-addresses"] = Input(new MailVerdicts
        {
            Spf = new SpfVerdict(CheckResult.Pass) { Domain = "example.com" },
            Dkim =
            [
                .. new[] { "\"al; x\"@example.com", "o'hara@example.com", "älv@example.com", "a..b@example.com", "no-at", "@" }
                    .Select(identity => new DkimVerdict(CheckResult.Neutral) { Domain = "example.com", Identity = identity }),
            ],
        }) with
        { MailFrom = "\"two words\"@example.com" },
        ["hostile"] = Input(Hostile("\r\nX-Evil: 1\"; dmarc=pass (\\ \0\u0085\u2028é")) with
        {
            AuthservId = "mx example;com\r\n",
            MailFrom = "a\r\nb@example.com",
        },
    };

    private static string Long => string.Concat(Enumerable.Repeat("abcdefghi.", 24)) + "example.com";

    public static TheoryData<string> Names => [.. Inputs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_field_is_the_kept_one(string name)
    {
        var file = Path.Combine(RepositoryFiles.Root, Folder, name + ".txt");
        var field = AuthenticationResults.Compose(Inputs[name]);
        if (Environment.GetEnvironmentVariable("INBOUNDBRIDGE_RENEW") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, field.Replace("\r\n", "\n", StringComparison.Ordinal));
        }
        Assert.Equal(File.ReadAllText(file).Replace("\n", "\r\n", StringComparison.Ordinal), field);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Lines_are_folded_ASCII_and_short_where_a_word_is(string name)
    {
        var field = AuthenticationResults.Compose(Inputs[name]);
        Assert.EndsWith("\r\n", field);
        var lines = field[..^2].Split("\r\n");
        Assert.StartsWith("Authentication-Results: ", lines[0]);
        foreach (var line in lines)
        {
            Assert.DoesNotContain(line.TrimStart('\t'), character => character is < ' ' or > '~');
            var words = line.TrimStart('\t');
            Assert.True(
                words.Length <= 70 || !words.Contains(' ', StringComparison.Ordinal) || words.Contains('"', StringComparison.Ordinal),
                line);
            Assert.InRange(line.Length, 1, 998);
        }
        Assert.All(lines.Skip(1), line => Assert.StartsWith("\t", line));
    }

    [Fact]
    public void A_thousand_signatures_give_twenty_results()
    {
        var field = AuthenticationResults.Compose(Input(new MailVerdicts
        {
            Dkim =
            [
                .. Enumerable.Range(0, 1000).Select(number => new DkimVerdict(CheckResult.Policy) { Domain = $"s{number}.example.com" }),
            ],
        }));
        Assert.Equal(20, field.Split("dkim=policy").Length - 1);
    }

    private static ResultsFieldInput Input(MailVerdicts verdicts) =>
        new("mx.example.com", verdicts) { Client = IPAddress.Parse("192.0.2.25"), DkimWasChecked = true };

    private static MailVerdicts LongNames() => new()
    {
        Spf = new SpfVerdict(CheckResult.Fail) { Domain = Long },
        Dkim = [new DkimVerdict(CheckResult.Fail) { Domain = Long, Identity = "@" + Long, Selector = Long, Reason = new string('r', 500) }],
        Dmarc = new DmarcVerdict(CheckResult.Fail) { Domain = Long, AuthorDomain = Long, Policy = "reject" },
    };

    private static MailVerdicts Hostile(string text) => new()
    {
        Iprev = new IprevVerdict(CheckResult.Pass, text),
        Spf = new SpfVerdict(CheckResult.PermError) { Domain = text, Problem = text },
        Dkim =
        [
            new DkimVerdict(CheckResult.Fail)
            {
                Domain = text, Identity = text, Selector = text, Algorithm = text, SignaturePrefix = text, Reason = text,
            },
        ],
        Dmarc = new DmarcVerdict(CheckResult.None) { AuthorDomain = text, Problem = text },
        Arc = new ArcVerdict(CheckResult.Fail) { Reason = text },
        Dnsbl = [new DnsblListing(text, text, Allows: true)],
    };
}
