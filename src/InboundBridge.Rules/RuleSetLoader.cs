using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Linting;
using InboundBridge.Rules.Loading;
using InboundBridge.Rules.Testing;
using InboundBridge.Yaml;

namespace InboundBridge.Rules;

/// <summary>Reads, checks and compiles rule files.</summary>
public static class RuleSetLoader
{
    internal static readonly string[] Keys = ["lists", "rules", "tests"];

    /// <summary>
    /// Loads all files as one set, ordered by the octets of their paths. Reports every problem; returns null when one of them is an error.
    /// </summary>
    public static RuleSet? Load(IReadOnlyList<RuleFile> files, RuleSetEnvironment environment, SourceProblems problems)
    {
        var own = new SourceProblems();
        var context = new LoadContext(environment, own);
        var documents = new List<YamlMapping>();
        foreach (var file in files.OrderBy(file => file.Path, OctetOrder.Instance))
        {
            if (YamlReader.Read(file.Text, file.Path, own) is not { } root
                || YamlShape.Mapping(root, "a rule file", own) is not { } mapping)
                continue;
            YamlShape.OnlyKeys(mapping, "key of a rule file", Keys, own);
            documents.Add(mapping);
        }
        // Lists are read first: a rule may use a list that a later file defines.
        foreach (var lists in documents.Select(document => document["lists"]).OfType<YamlNode>())
            context.Lists.Read(lists, context);
        var reader = new RuleReader(context);
        foreach (var rule in documents.SelectMany(document => Items(document, "rules", own)))
            reader.Read(rule);
        NameCheck.Run(reader.Rules, own);
        var complete = !own.HasErrors;
        var tests = documents.SelectMany(document => Items(document, "tests", own))
            .Select(test => RuleTestReader.Read(test, environment, own)).OfType<RuleTest>().ToList();
        if (complete)
            RuleLint.Run(reader.Rules, context);
        ExpectedRules(tests, reader.Rules, own);
        SupplyCheck.Run(reader.Rules.Select(rule => rule.Rule), environment, own);
        problems.AddRange(own.Items.OrderBy(problem => problem.Position.File, StringComparer.Ordinal)
            .ThenBy(problem => problem.Position.Line).ThenBy(problem => problem.Position.Column));
        return own.HasErrors ? null : new RuleSet([.. reader.Rules.Select(rule => rule.Rule)], tests, environment);
    }

    private static void ExpectedRules(List<RuleTest> tests, List<(Rule Rule, IReadOnlyList<NameUse> Uses)> rules, SourceProblems problems)
    {
        var names = rules.Select(rule => rule.Rule.Name).ToHashSet(StringComparer.Ordinal);
        var expected = tests.SelectMany(test => test.Expectations).Where(entry => entry.Key.Value is "rule" or "matched")
            .SelectMany(entry => YamlShape.Items(entry.Value));
        foreach (var name in expected.OfType<YamlScalar>().Where(name => !name.IsNull && !names.Contains(name.Value)))
            problems.Warn(name.Position, $"there is no rule '{name.Value}'", NearestName.Hint(name.Value, names));
    }

    private static IReadOnlyList<YamlNode> Items(YamlMapping document, string key, SourceProblems problems)
    {
        switch (document[key])
        {
            case null or YamlScalar { IsNull: true }:
                return [];
            case YamlSequence sequence:
                return sequence.Items;
            case var other:
                problems.Error(other.Position, $"'{key}' must be a list, not {other.Describe()}", "each entry begins with '-'");
                return [];
        }
    }
}
