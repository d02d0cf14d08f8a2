using System.Text.Json.Nodes;
using InboundBridge.MailFlow.SenderAuthentication.Dmarc;
using InboundBridge.MailFlow.SenderAuthentication.Judgement;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Dmarc;

/// <summary>Cases of DMARC as data: a zone, who is authenticated, and what follows.</summary>
internal static class DmarcCases
{
    public static async Task<MailVerdicts> JudgeAsync(
        ZoneResolver zone, IEnumerable<string> from, SpfVerdict spf, IReadOnlyList<DkimVerdict> dkim)
    {
        var check = DmarcCheck.Begin(from, [], zone, new DmarcOptions(), CancellationToken.None);
        return SenderJudgement.Of(new MailVerdicts { Spf = spf, Dkim = dkim, Dmarc = await check.EvaluateAsync(spf, dkim) });
    }

    /// <summary>A domain, or a list of domains.</summary>
    public static IEnumerable<JsonNode> Items(JsonNode? node) =>
        node is JsonArray list ? list.OfType<JsonNode>() : node is null ? [] : [node];

    /// <summary>The domain passes, or has the result that is its key: <c>{temperror: example.com}</c>.</summary>
    public static (CheckResult Result, string Domain) Identifier(JsonNode node) => node is JsonObject named
        ? (CheckResultText.Read(named.First().Key)!.Value, named.First().Value!.GetValue<string>())
        : (CheckResult.Pass, node.GetValue<string>());

    public static YamlSequence Read(string path)
    {
        var problems = new SourceProblems();
        var cases = YamlReader.Read(File.ReadAllText(Path.Combine(RepositoryFiles.Root, path)), path, problems);
        Assert.Empty(problems.Items);
        return (YamlSequence)cases!;
    }
}
