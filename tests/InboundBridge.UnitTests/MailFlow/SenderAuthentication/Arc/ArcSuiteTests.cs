using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Arc;

/// <summary>The public suite of ARC chains. Cases that the RFC leaves open are reported, not scored.</summary>
public class ArcSuiteTests(ITestOutputHelper output)
{
    private const string End = "\n---";

    [Fact]
    public async Task Every_case_has_the_result_that_the_suite_expects()
    {
        var text = await File.ReadAllTextAsync(PublicSuites.Find("arc/validate.yml"), TestContext.Current.CancellationToken);
        var (wrong, count) = (new List<string>(), 0);
        foreach (var document in text.Split(End).Where(document => document.Trim().Length > 0))
        {
            var scenario = (YamlMapping)YamlReader.Read(document, "arc", new SourceProblems())!;
            var zone = ZoneFile.Read((YamlMapping)scenario["txt-records"]!);
            foreach (var one in ((YamlMapping)scenario["tests"]!).Entries)
            {
                var test = (YamlMapping)one.Value;
                var mail = ((YamlScalar)test["message"]!).Value.Replace("\n", "\r\n", StringComparison.Ordinal);
                var verdict = (await SignatureRun.OfAsync(SlowCanon.Octets(mail), zone)).Arc;
                var expected = ((YamlScalar)test["cv"]!).Value;
                count++;
                if (verdict.Result.Word().Equals(expected, StringComparison.OrdinalIgnoreCase))
                    continue;
                var line = $"{one.Key.Value}: {verdict.Result.Word()} ({verdict.Reason}), not {expected}";
                if (test["score"] is null)
                    wrong.Add(line);
                else
                    output.WriteLine($"not scored: {line}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(90, count);
    }
}
