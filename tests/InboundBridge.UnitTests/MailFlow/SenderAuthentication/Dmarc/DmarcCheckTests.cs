using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Dmarc;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Dmarc;

public class DmarcCheckTests
{
    private const string File = "tests/testdata/dmarc/cases.yaml";

    private static readonly Dictionary<string, YamlMapping> Cases = DmarcCases.Read(File).Items.Cast<YamlMapping>()
        .ToDictionary(entry => ((YamlScalar)entry["name"]!).Value, StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_check_says_what_the_case_expects(string name)
    {
        var zone = ZoneFile.Read((YamlMapping)Cases[name]["zone"]!);
        var given = (JsonObject)YamlJson.Convert(Cases[name])!;
        var (spfResult, spfDomain) = given["spf"] is { } spf ? DmarcCases.Identifier(spf) : (CheckResult.None, string.Empty);
        var verdicts = await DmarcCases.JudgeAsync(
            zone,
            DmarcCases.Items(given["from"]).Select(node => node.GetValue<string>()),
            new SpfVerdict(spfResult) { Domain = spfDomain },
            [.. DmarcCases.Items(given["dkim"]).Select(DmarcCases.Identifier)
                .Select(identifier => new DkimVerdict(identifier.Result) { Domain = identifier.Domain })]);
        foreach (var (what, expected) in (JsonObject)given["expect"]!)
            AssertEqual(what, expected, verdicts, zone);
        Assert.NotEmpty((JsonObject)given["expect"]!);
    }

    [Fact]
    public async Task Look_ups_of_a_walk_run_at_the_same_time()
    {
        var clock = new FakeTimeProvider(FakeTime.Start);
        var zone = new ZoneResolver(clock) { Delay = TimeSpan.FromMilliseconds(200) }
            .Txt("_dmarc.example.com", "v=DMARC1; p=reject");
        var check = DmarcCheck.Begin(
            ["a.b.mail.example.com"], ["bounce.example.com"], zone, new DmarcOptions(), CancellationToken.None);
        Assert.Equal(
            [
                "_dmarc.a.b.mail.example.com", "_dmarc.b.mail.example.com", "_dmarc.mail.example.com", "_dmarc.example.com", "_dmarc.com",
                "_dmarc.bounce.example.com",
            ],
            zone.Asked.Select(question => question.Name));
        clock.Advance(zone.Delay);
        var verdict = await check.EvaluateAsync(new SpfVerdict(CheckResult.Pass) { Domain = "bounce.example.com" }, []);
        Assert.Equal((CheckResult.Pass, 6), (verdict.Result, zone.Asked.Count));
    }

    /// <summary>
    /// The servers of the names above are others', and their silence must not delay a mail whose policy and alignment are known.
    /// </summary>
    [Theory]
    [InlineData("", "", CheckResult.Fail)]
    [InlineData("example.com", "", CheckResult.Pass)]
    [InlineData("", "example.com", CheckResult.Pass)]
    [InlineData("evil.com", "example.org", CheckResult.Fail)]
    [InlineData("", "mail.example.com", null)]
    public async Task Only_a_domain_that_may_be_aligned_waits_for_names_above_the_authors_own_record(
        string spf, string dkim, CheckResult? result)
    {
        using var over = new CancellationTokenSource();
        var zone = new ZoneResolver(new FakeTimeProvider(FakeTime.Start)) { Silent = "_dmarc.com" }
            .Txt("_dmarc.example.com", "v=DMARC1; p=reject");
        var check = DmarcCheck.Begin(["example.com"], [], zone, new DmarcOptions(), over.Token);
        Assert.Contains("_dmarc.com", zone.Asked.Select(question => question.Name));
        var evaluating = check.EvaluateAsync(
            spf.Length == 0 ? SpfVerdict.NotAsked : new SpfVerdict(CheckResult.Pass) { Domain = spf },
            dkim.Length == 0 ? [] : [new DkimVerdict(CheckResult.Pass) { Domain = dkim }]).AsTask();
        Assert.Equal(result is not null, evaluating.IsCompleted);
        if (result is not null)
        {
            var verdict = await evaluating;
            Assert.Equal(result, verdict.Result);
            Assert.Null(verdict.Problem);
        }
        await over.CancelAsync();
        await zone.UntilNobodyWaitsAsync();
    }

    [Fact]
    public async Task Likely_domains_of_others_and_more_than_the_limit_are_not_asked_ahead()
    {
        var zone = new ZoneResolver();
        var likely = Enumerable.Range(0, 50).Select(number => $"s{number}.example.com").Prepend("example.org");
        var check = DmarcCheck.Begin(["example.com"], likely, zone, new DmarcOptions { Identifiers = 3 }, CancellationToken.None);
        await check.EvaluateAsync(SpfVerdict.NotAsked, []);
        Assert.Equal(
            ["_dmarc.example.com", "_dmarc.com", "_dmarc.s0.example.com", "_dmarc.s1.example.com", "_dmarc.s2.example.com"],
            zone.Asked.Select(question => question.Name));
    }

    [Fact]
    public async Task A_flood_of_signatures_costs_a_bounded_number_of_walks()
    {
        var zone = new ZoneResolver().Txt("_dmarc.example.com", "v=DMARC1; p=reject").Txt("_dmarc.com", "v=spf1 -all");
        for (var number = 0; number < 1000; number++)
            zone.Txt($"_dmarc.s{number}.example.com", "v=DMARC1; p=none; psd=n");
        var signatures = Enumerable.Range(0, 1000)
            .Select(number => new DkimVerdict(CheckResult.Pass) { Domain = $"s{number}.example.com" });
        var verdicts = await DmarcCases.JudgeAsync(zone, ["example.com"], SpfVerdict.NotAsked, [.. signatures]);
        Assert.Equal(CheckResult.Fail, verdicts.Dmarc.Result);
        Assert.Equal(2 + new DmarcOptions().Identifiers, zone.Asked.Count);
    }

    [Theory]
    [InlineData(DnsStatus.Failure)]
    [InlineData(DnsStatus.Timeout)]
    public async Task A_server_that_fails_is_a_temporary_error(DnsStatus status)
    {
        var verdicts = await DmarcCases.JudgeAsync(
            new ZoneResolver().Failing("_dmarc.example.com", status), ["example.com"], SpfVerdict.NotAsked, []);
        Assert.Equal((CheckResult.TempError, SenderVerdict.None), (verdicts.Dmarc.Result, verdicts.Verdict));
        Assert.Equal(["dmarc=temperror (the DNS did not answer for _dmarc.example.com)"], verdicts.Reasons);
    }

    [Fact]
    public async Task A_record_of_64_KB_is_read()
    {
        var record = $"v=DMARC1; {string.Concat(Enumerable.Repeat("x=y; ", 13_000))}p=reject";
        var verdicts = await DmarcCases.JudgeAsync(
            new ZoneResolver().Txt("_dmarc.example.com", record), ["example.com"], SpfVerdict.NotAsked, []);
        Assert.Equal("reject", verdicts.Dmarc.Policy);
    }

    private static void AssertEqual(string what, JsonNode? expected, MailVerdicts verdicts, ZoneResolver zone)
    {
        var dmarc = verdicts.Dmarc;
        if (what == "asked")
        {
            var asked = zone.Asked.Where(question => question.Type == DnsRecordType.Txt).Select(question => question.Name);
            Assert.Equal(Texts(expected).Order(StringComparer.Ordinal), asked.Order(StringComparer.Ordinal));
            return;
        }
        if (what == "problem")
        {
            Assert.Contains(expected!.GetValue<string>(), dmarc.Problem);
            return;
        }
        if (what is "alignment" or "undecided")
        {
            Assert.Equal(Texts(expected), what == "alignment" ? dmarc.Alignment : dmarc.Undecided);
            return;
        }
        Assert.Equal(expected?.GetValue<string>(), what switch
        {
            "result" => dmarc.Result.Word(),
            "policy" => dmarc.Policy,
            "published" => dmarc.Published,
            "domain" => dmarc.Domain,
            "verdict" => verdicts.Verdict.Word(),
            _ => throw new InvalidDataException($"{File} expects '{what}'"),
        });
    }

    private static IEnumerable<string> Texts(JsonNode? node) => DmarcCases.Items(node).Select(item => item.GetValue<string>());
}
