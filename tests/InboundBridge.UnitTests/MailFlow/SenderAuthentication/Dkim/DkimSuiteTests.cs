using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Dkim;

/// <summary>The public suite of signed mails, by the rules of RFC 8301.</summary>
public class DkimSuiteTests
{
    [Fact]
    public async Task Every_case_has_the_result_that_the_suite_expects()
    {
        var cases = PublicSuites.Json("dkim/cases.json");
        var folder = PublicSuites.Find("dkim");
        var wrong = new List<string>();
        foreach (var one in cases.EnumerateArray())
        {
            var zone = YamlReader.Read(one.GetProperty("dns").GetRawText(), "zone", new SourceProblems()) as YamlMapping;
            var mail = await File.ReadAllBytesAsync(
                Path.Combine(folder, one.GetProperty("message").GetString()!), TestContext.Current.CancellationToken);
            var verdicts = await SignatureRun.OfAsync(mail, zone is null ? new ZoneResolver() : ZoneFile.Read(zone));
            var passes = verdicts.Dkim.Any(verdict => verdict.Result == CheckResult.Pass);
            if (passes != (one.GetProperty("expect_rfc8301").GetString() == "pass"))
                wrong.Add($"{one.GetProperty("id")}: {string.Join(", ", verdicts.Dkim.Select(verdict => verdict.Text()))}");
        }
        Assert.Empty(wrong);
        Assert.Equal(74, cases.GetArrayLength());
    }
}
