using System.Collections.Concurrent;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Checks;

/// <summary>
/// The answers of checks about one mail. Each check is asked at most once, however many rules, recipients and stages need it, by live and
/// shadow rules together. May be used by several threads: shadow rules are evaluated beside the session.
/// </summary>
internal sealed class CheckedFacts(MailChecks checks)
{
    private readonly Lock _gate = new();
    private readonly Task?[] _asked = new Task?[checks.Suppliers.Count];
    private readonly ConcurrentDictionary<Fact, FactValue> _values = new();
    private readonly ConcurrentDictionary<string, string> _failures = new(StringComparer.Ordinal);
    private FactSet _settled;

    /// <summary>What can be found out at this stage and was not asked for yet, or is being found out.</summary>
    public FactSet SuppliableAt(RuleStage stage)
    {
        lock (_gate)
            return checks.SuppliableAt(stage).Without(_settled);
    }

    public FactValue Get(Fact fact) => _values.TryGetValue(fact, out var value) ? value : FactValue.NotKnown;

    public string? FailureOf(Fact fact) =>
        fact.Source.Check is { } check && _failures.TryGetValue(check, out var failure) ? $"{check} failed: {failure}" : null;

    /// <summary>
    /// Returns when every check behind these facts has answered or failed; checks that are under way already are waited for, not asked
    /// again.
    /// </summary>
    public async ValueTask SupplyAsync(FactSet facts, CheckedMail mail, CheckFailure? failed, CancellationToken cancellationToken)
    {
        var begun = new List<(FactSupplier Supplier, TaskCompletionSource Done)>();
        var waiting = new List<Task>();
        lock (_gate)
        {
            for (var index = 0; index < _asked.Length; index++)
            {
                if (checks.Suppliers[index].Facts.Intersect(facts).IsEmpty)
                    continue;
                if (_asked[index] is null)
                {
                    var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    _asked[index] = done.Task;
                    begun.Add((checks.Suppliers[index], done));
                }
                waiting.Add(_asked[index]!);
            }
        }
        foreach (var (supplier, done) in begun)
            _ = AskAsync(supplier, done, mail, failed, cancellationToken);
        foreach (var task in waiting)
            await task.WaitAsync(cancellationToken);
    }

    private async Task AskAsync(FactSupplier supplier, TaskCompletionSource done, CheckedMail mail, CheckFailure? failed,
        CancellationToken cancellationToken)
    {
        try
        {
            var answering = supplier.SupplyAsync(mail, cancellationToken);
            var answers = answering.IsCompletedSuccessfully
                ? answering.Result
                : await answering.AsTask().WaitAsync(MailChecks.LongestCheck, checks.Clock, cancellationToken);
            foreach (var (fact, value) in answers)
            {
                if (supplier.Facts.Has(fact))
                    _values[fact] = value;
            }
        }
        catch (Exception exception)
        {
            // Unknown means temporary: what a check does not tell stays unknown, and a decision that needs it is put off.
            var reason = exception is OperationCanceledException ? "it was called off" : exception.GetBaseException().Message;
            _failures[supplier.Check] = reason;
            failed?.Invoke(mail.Facts.Id, supplier.Check, reason);
        }
        finally
        {
            lock (_gate)
                _settled = _settled.With(supplier.Facts);
            done.SetResult();
        }
    }
}
