using InboundBridge.Benchmarks.Scripts;
using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Benchmarks.Scripts;

public class ScriptSystemTests
{
    [Theory]
    [InlineData("message.subject.indexOf('load') >= 0")]
    [InlineData("message.text !== \"a: b\" // {x}")]
    public void Its_rules_load_whatever_the_script(string script)
    {
        var problems = new SourceProblems();
        var environment = new RuleSetEnvironment
        {
            Kinds = [new RuleDestinationKind("webhook")],
            Destinations = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "webhook" },
        };
        Assert.NotNull(RuleSetLoader.Load([new RuleFile("load.yaml", ScriptSystem.Rules(script))], environment, problems));
        Assert.Empty(problems.Items);
    }
}
