using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Spf;

/// <summary>The public suite for RFC 7208, and our own cases for what it lacks.</summary>
public class SpfSuiteTests
{
    public static TheoryData<string> PublicCases
    {
        get
        {
            var file = Path.Combine(Checkout.Suites, "spf/rfc7208.yml");
            return File.Exists(file) ? [.. SpfCase.Load(file).Select(test => test.Id)] : ["missing"];
        }
    }

    public static TheoryData<string> OwnCases => [.. OwnFiles.SelectMany(SpfCase.Load).Select(test => test.Id)];

    private static IEnumerable<string> OwnFiles =>
        Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "tests/testdata/spf"), "*.yml").Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(PublicCases))]
    public async Task A_public_case_has_the_result_that_it_demands(string id) =>
        await SpfCase.Load(PublicSuites.Find("spf/rfc7208.yml")).Single(test => test.Id == id)
            .PlayAsync(TestContext.Current.CancellationToken);

    [Theory]
    [MemberData(nameof(OwnCases))]
    public async Task An_own_case_has_the_result_that_it_demands(string id) =>
        await OwnFiles.SelectMany(SpfCase.Load).Single(test => test.Id == id).PlayAsync(TestContext.Current.CancellationToken);
}
