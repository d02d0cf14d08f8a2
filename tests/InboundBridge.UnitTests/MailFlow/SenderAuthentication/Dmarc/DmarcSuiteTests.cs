using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Dmarc;

public class DmarcSuiteTests
{
    /// <summary>
    /// The suite has <c>none</c>, as RFC 7489 §6.6.3 had it. RFC 9989 §4.10 discards several records at a name (step 2), and §4.10.1 has
    /// the
    /// tree walked where the first query finds no valid record. So the record of example.com applies.
    /// </summary>
    private const string OfOlderRfc =
        "does not inherit the org policy when the author domain publishes multiple records (§4.10 step 2)";

    public static TheoryData<string> Ids =>
        [.. Suite().Where(entry => entry.GetProperty("score").GetBoolean()).Select(entry => entry.GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Every_scored_case_is_right(string id)
    {
        var entry = Suite().Single(candidate => candidate.GetProperty("id").GetString() == id);
        var spf = Texts(entry, "spf_pass_domains").Select(domain => new SpfVerdict(CheckResult.Pass) { Domain = domain }).ToList();
        var dmarc = (await DmarcCases.JudgeAsync(
            ZoneFile.Read((YamlMapping)YamlJson.FromJson(JsonNode.Parse(entry.GetProperty("zone").GetRawText()))),
            [entry.GetProperty("header_from").GetString()!.Split('@')[1]],
            spf.Count == 0 ? SpfVerdict.NotAsked : Assert.Single(spf),
            [.. Texts(entry, "dkim_pass_domains").Select(domain => new DkimVerdict(CheckResult.Pass) { Domain = domain })])).Dmarc;
        if (id == OfOlderRfc)
        {
            Assert.Equal((CheckResult.Fail, "none", "example.com"), (dmarc.Result, dmarc.Policy, dmarc.Domain));
            return;
        }
        foreach (var expected in entry.GetProperty("expect").EnumerateObject())
        {
            Assert.Equal(expected.Value.GetString(), expected.Name switch
            {
                "result" => dmarc.Result.Word(),
                "policy" => dmarc.Policy,
                "domain" => dmarc.Domain,
                _ => throw new InvalidDataException($"the suite expects '{expected.Name}'"),
            });
        }
    }

    [Fact]
    public void The_suite_has_its_cases() => Assert.Equal(25, Suite().Count());

    private static JsonElement.ArrayEnumerator Suite() => PublicSuites.Json("dmarc/cases.json").EnumerateArray();

    private static IEnumerable<string> Texts(JsonElement entry, string name) =>
        entry.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);
}
