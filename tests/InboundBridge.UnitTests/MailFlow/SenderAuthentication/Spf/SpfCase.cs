using System.Globalization;
using InboundBridge.MailFlow.SenderAuthentication.Spf;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Spf;

/// <summary>
/// One case of a file in the format of the public suite (tests/testdata/spf/README.md): a zone, a client, and what SPF says.
/// </summary>
internal sealed record SpfCase(string Id, YamlMapping Zone, YamlMapping Expected)
{
    /// <summary>The documents of a file, one a scenario.</summary>
    public static IReadOnlyList<SpfCase> Load(string file) =>
        [.. File.ReadAllText(file).Split("\n---\n").Where(text => text.Contains("tests:", StringComparison.Ordinal))
            .SelectMany((text, number) => Scenario(text, $"{Path.GetFileNameWithoutExtension(file)}-{number + 1}"))];

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        var zone = ZoneFile.Read(Zone);
        var check = new SpfCheck(new SpfOptions { Receiver = Text("receiver") ?? "unknown" }, new FakeTimeProvider(FakeTime.Start));
        var request = new SpfRequest(System.Net.IPAddress.Parse(Text("host")!), Text("helo")!, Text("mailfrom")!);
        var verdict = await check.CheckAsync(zone, request, cancellationToken);
        var allowed = YamlShape.Items(Expected["result"]!).Select(item => ((YamlScalar)item).Value);
        Assert.Contains(verdict.Result.Word(), allowed);
        Assert.Equal(verdict.Result is CheckResult.TempError or CheckResult.PermError, verdict.Problem is not null);
        Assert.Equal(request.Sender.Length == 0 ? "helo" : "mfrom", verdict.Scope);
        if (Text("explanation") is { } explanation)
            Assert.Equal(explanation == "DEFAULT" ? null : explanation, verdict.Explanation);
        if (Text("mechanism") is { } mechanism)
            Assert.Equal(mechanism, verdict.Mechanism);
        if (Text("domain") is { } domain)
            Assert.Equal(domain, verdict.Domain);
        if (Text("problem") is { } problem)
            Assert.Contains(problem, verdict.Problem, StringComparison.Ordinal);
        if (Text("questions") is { } questions)
            Assert.Equal(int.Parse(questions, CultureInfo.InvariantCulture), zone.Asked.Count);
    }

    private static IEnumerable<SpfCase> Scenario(string text, string name)
    {
        var problems = new SourceProblems();
        var scenario = (YamlMapping?)YamlReader.Read(text, name, problems);
        Assert.Empty(problems.Items);
        return ((YamlMapping)scenario!["tests"]!).Entries.Select(test =>
            new SpfCase($"{name}-{test.Key.Value}", (YamlMapping)scenario["zonedata"]!, (YamlMapping)test.Value));
    }

    private string? Text(string key) => (Expected[key] as YamlScalar)?.Value;
}
