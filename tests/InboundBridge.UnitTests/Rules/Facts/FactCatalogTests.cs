using System.Reflection;
using System.Text.RegularExpressions;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.Rules.Facts;

namespace InboundBridge.UnitTests.Rules.Facts;

/// <summary>A fact is one entry of the catalogue: everything else is derived from it, and a new fact needs hardly more.</summary>
public partial class FactCatalogTests
{
    public static TheoryData<string> Keys() => new(Fact.All.Select(fact => fact.Key));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Each_fact_has_one_source_that_can_supply_it(string key)
    {
        var fact = Fact.Find(key)!;
        if (fact.Source.Origin == FactOrigin.Check)
            Assert.Single(FactChecks.All, check => check.Key == fact.Source.Check);
        else
            Assert.True(MailReaders.Supply(fact));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_fact_of_the_mail_is_known_at_the_stage_of_its_source(string key)
    {
        var fact = Fact.Find(key)!;
        RuleStage? expected = fact.Source.Origin switch
        {
            FactOrigin.Session => RuleStage.Recipient,
            FactOrigin.Header => RuleStage.Header,
            FactOrigin.Content => RuleStage.Body,
            _ => null,
        };
        Assert.Equal(expected ?? fact.Stage, fact.Stage);
    }

    [Fact]
    public void A_check_tells_all_its_facts_at_the_same_stage() =>
        Assert.All(Fact.All.Where(fact => fact.Source.Check is not null).GroupBy(fact => fact.Source.Check), check =>
            Assert.Single(check.Select(fact => fact.Stage).Distinct()));

    [Fact]
    public void Every_entry_is_in_the_list_once_and_found_by_its_key()
    {
        var entries =
            typeof(Fact).GetProperties(BindingFlags.Public | BindingFlags.Static).Where(property => property.PropertyType == typeof(Fact))
            .Select(property => (Fact)property.GetValue(null)!).ToList();
        Assert.Equal(entries, Fact.All);
        Assert.Equal(Fact.All, Fact.All.Select(fact => Fact.Find(fact.Key)));
        Assert.Null(Fact.Find("recipient"));
    }

    /// <summary>
    /// A fact of a check is named by its entry in the catalogue and by its supplier: rules, explanations, rule tests, scripts and templates
    /// work from the entry, and the configuration knows the check by its key. So a new fact edits the catalogue and, with a new check, the
    /// list of checks: two files.
    /// </summary>
    [Fact]
    public void A_fact_of_a_check_is_named_by_the_catalogue_and_its_supplier_only()
    {
        var ofChecks = typeof(Fact).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(Fact) && ((Fact)property.GetValue(null)!).Source.Check is not null)
            .Select(property => property.Name)
            .ToList();
        Assert.NotEmpty(ofChecks);
        var naming = RepositoryFiles.SourceFiles("src")
            .Where(file => !file.Contains("/Reception/Checks/", StringComparison.Ordinal))
            .Where(file => Named().Matches(File.ReadAllText(file)).Any(match => ofChecks.Contains(match.Groups["fact"].Value)))
            .Select(file => Path.GetFileName(file));
        // The session may know its client's name without a check; it is stored, and scripts and the requests of rule tests have it in the
        // envelope. A trial gives it to the session. Scripts see the other facts of checks in an object of the payload's shape. A rule test
        // can't give facts of checks that no mail has together, and its facts are turned back into verdicts to see what enforced checks do.
        Assert.Equal(
            [
                "EnforcementForecast.cs", "GivenContradictions.cs", "MailFacts.cs", "RuleTestRequestMaker.cs", "ScriptMessage.cs",
                "ScriptVerdicts.cs", "SpooledMailFacts.cs", "TrialGiven.cs",
            ],
            naming.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_file_orders_facts_or_stages_by_their_numbers() =>
        Assert.Empty(
            RepositoryFiles.SourceFiles("src")
                .SelectMany(file => File.ReadLines(file).Where(line => Ordered().IsMatch(line)).Select(line => $"{file}: {line.Trim()}")));

    [GeneratedRegex(@"\bFact\.(?<fact>[A-Z]\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    [GeneratedRegex(@"(?<!=)[<>]=? (RuleStage|Fact)\.[A-Z]|\bstage (<|>|<=|>=) |\bstage\+\+|\((RuleStage|Fact)\)\s*\w")]
    private static partial Regex Ordered();
}
