using InboundBridge.MailFlow.Spool.Contract.Sharing;

namespace InboundBridge.MailFlow.Reception.Recipients;

/// <summary>
/// The answers of services that say who exists, shared with the other nodes. A service is asked where the store has no answer, or does not
/// give it soon; keeping an answer waits for nobody. Safe for concurrent use.
/// </summary>
public sealed class SharedAnswers(INodeExchange exchange, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>How long the store is waited for; it usually takes a millisecond. Our choice: less than most services take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the store is left alone after it failed, so that no recipient waits for it meanwhile.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    /// <summary>Answers of one write.</summary>
    private const int LargestBatch = 500;

    /// <summary>Answers that wait to be written; further ones stay with this node.</summary>
    private const int MostWaiting = 10_000;

    private readonly Lock _gate = new();
    private Dictionary<string, NodeAnswer> _waiting = new(StringComparer.Ordinal);
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;
    private bool _isStopped;
    private long _restsUntil;

    private bool IsResting => clock.GetTimestamp() < Volatile.Read(ref _restsUntil);

    /// <summary>What another node has heard; null where nothing is known, or the store can't say.</summary>
    /// <param name="question">The service and the address.</param>
    public async ValueTask<NodeAnswer?> FindAsync(string question, CancellationToken cancellationToken)
    {
        if (IsResting)
            return null;
        using var deadline = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await exchange.FindAnswerAsync(question, either.Token);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, the service can be asked instead. The spool says by its own events that the database is away.
            BeginRest();
            return null;
        }
    }

    /// <summary>Keeps an answer for the other nodes, soon.</summary>
    public void Keep(string question, NodeAnswer answer)
    {
        lock (_gate)
        {
            if (_isStopped || (_waiting.Count >= MostWaiting && !_waiting.ContainsKey(question)))
                return;
            _waiting[question] = answer;
            if (_isWriting)
                return;
            _isWriting = true;
            _writing = Task.Run(WriteAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task writing;
        lock (_gate)
            (_isStopped, writing) = (true, _writing);
        await writing;
    }

    private void BeginRest() =>
        Volatile.Write(ref _restsUntil, clock.GetTimestamp() + (long)(Rest.TotalSeconds * clock.TimestampFrequency));

    private async Task WriteAsync()
    {
        while (Take() is { Count: > 0 } answers)
        {
            foreach (var batch in answers.Chunk(LargestBatch))
            {
                try
                {
                    var known = new Dictionary<string, NodeAnswer>(batch, StringComparer.Ordinal);
                    if (!IsResting)
                        await exchange.KeepAnswersAsync(known, CancellationToken.None);
                }
                catch (Exception)
                {
                    // Another node asks the service once more.
                    BeginRest();
                }
            }
        }
    }

    private Dictionary<string, NodeAnswer> Take()
    {
        lock (_gate)
        {
            var taken = _waiting;
            _isWriting = taken.Count > 0;
            _waiting = new(StringComparer.Ordinal);
            return taken;
        }
    }
}
