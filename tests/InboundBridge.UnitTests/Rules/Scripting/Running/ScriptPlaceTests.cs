using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.UnitTests.Rules.Scripting.Workers;

namespace InboundBridge.UnitTests.Rules.Scripting.Running;

/// <summary>Errors of scripts name the character in the file that the operator opens.</summary>
public class ScriptPlaceTests
{
    [Theory]
    [InlineData(
        "rules:\n  - name: a\n    then:\n      - script: |\n          tag('a');\n          const = 1;\n",
        "rules/r.yaml:6:17: error: the script can't be run: Unexpected token '='")]
    [InlineData(
        "rules:\n  - name: a\n    when: { script: \"1 +\" }\n    then: [ discard ]\n",
        "rules/r.yaml:3:25: error: the script can't be run: Unexpected end of input")]
    [InlineData(
        "rules:\n  - name: a\n    when: { script: 1 + ) }\n    then: [ discard ]\n",
        "rules/r.yaml:3:25: error: the script can't be run: Unexpected token ')'")]
    [InlineData(
        "rules:\n  - name: a\n    when:\n      script: >\n        1 +\n        )\n    then: [ discard ]\n",
        "rules/r.yaml:5:9: error: the script can't be run: Unexpected token ')'")]
    [InlineData(
        "rules:\n  - name: a\n    then: [ script: { file: scripts/a.js } ]\n",
        "rules/scripts/a.js:2:3: error: the script can't be run: Unexpected token ')'")]
    public void Check_names_the_place_of_a_syntax_error(string yaml, string expected)
    {
        var problem = Assert.Single(RuleFixture.Problems(yaml, "rules/r.yaml", path => path == "scripts/a.js" ? "tag('a');\n  )" : null));
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "      - script: |\n          tag('a');\n            nothing.there;\n", "rules.yaml:6:13: ReferenceError: nothing is not defined")]
    [InlineData("      - script: \"nothing.there\"\n", "rules.yaml:4:18: ReferenceError: nothing is not defined")]
    [InlineData("      - script: { file: scripts/a.js }\n", "scripts/a.js:2:3: ReferenceError: nowhere is not defined")]
    [InlineData(
        "      - script: |\n          tag('a');\n          webhook('nowhere');\n",
        "rules.yaml:6:11: webhook('nowhere'): there is no such destination")]
    public async Task A_failing_script_names_its_place(string action, string expected)
    {
        await using var pool = InProcessWorker.Pool();
        var set =
            RuleFixture.Load(
                $"rules:\n  - name: a\n    then:\n{action}", path => path == "scripts/a.js" ? "tag('a');\n  nowhere.there" : null);
        var decision = await new RuleEvaluator(pool).EvaluateAsync(set, RuleFixture.Facts((Fact.Subject, FactValue.Of("x"))),
            new RuleRecipient("a@example.com"), RuleStage.Body, RuleFixture.Now, TestContext.Current.CancellationToken);
        Assert.Equal(expected, Assert.Single(decision.Errors).Text);
    }
}
