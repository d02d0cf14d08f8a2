using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Testing;

/// <summary>Everything about a stored mail that a test names by <c>eml:</c>; null when it can't be read.</summary>
/// <param name="namingFile">The rule file.</param>
/// <param name="path">As written there, relative to it.</param>
public delegate MessageFacts? RuleTestMailReader(string namingFile, string path);

/// <summary>Runs the tests that stand in rule files.</summary>
/// <param name="readMail">Opens <c>eml:</c> mails; inline mails need nothing.</param>
public sealed class RuleTestRunner(RuleEvaluator evaluator, RuleTestMailReader? readMail = null)
{
    public async Task<RuleTestReport> RunAsync(RuleSet set, CancellationToken cancellationToken)
    {
        _ = (evaluator, readMail);
        await Task.CompletedTask;
        return new RuleTestReport([], []);
    }
}
