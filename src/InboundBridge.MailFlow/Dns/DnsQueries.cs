using System.Globalization;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// The questions that are under way. Who asks the same at the same time shares one query; it ends when the last of them stops waiting, and
/// its socket is free. Each client has a share (<see cref="DnsShares"/>); beyond that its questions wait, or fail for that client alone.
/// Safe for concurrent use.
/// </summary>
/// <param name="ask">Asks servers, and keeps the answer.</param>
/// <param name="keepFailure">Keeps the answer to a question that no server answered in time.</param>
internal sealed class DnsQueries(
    DnsResolverOptions options, TimeProvider clock, Func<PendingQuery, CancellationToken, ValueTask<DnsAnswer>> ask,
    Action<DnsKey, DnsAnswer> keepFailure, DnsMetrics? metrics)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DnsKey, PendingQuery> _pending = [];
    private readonly DnsShares _shares = new(options.MostQueries, options.MostPending);

    /// <summary>The turns of questions whose answers come over TCP.</summary>
    public DnsTcpTurns Tcp { get; } = new(options.MostTcp);

    /// <summary>Questions and clients that are remembered.</summary>
    internal (int Queries, int Clients) Held
    {
        get
        {
            lock (_lock)
                return (_pending.Count, _shares.Clients);
        }
    }

    /// <exception cref="DnsCrowdedException">It was cancelled after the client's other questions had kept it waiting.</exception>
    public async ValueTask<DnsAnswer> AskAsync(DnsAsker asker, DnsKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Join(asker, key, out var hadToWait) is not { } query)
        {
            metrics?.CountCut(key.Type);
            return Crowded(DnsStatus.Failure, key, "too many look-ups at the same time");
        }
        try
        {
            return await query.Answer.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException cause) when (hadToWait || query.HadToWaitForTcp)
        {
            throw new DnsCrowdedException(cause);
        }
        finally
        {
            Leave(query);
        }
    }

    /// <summary>Null: the client has too many questions.</summary>
    /// <param name="hadToWait">It has no turn yet, because of the client's other questions.</param>
    private PendingQuery? Join(DnsAsker asker, DnsKey key, out bool hadToWait)
    {
        hadToWait = false;
        PendingQuery? query, loser = null;
        lock (_lock)
        {
            var share = _shares.Of(asker.Client);
            _pending.TryGetValue(key, out query);
            if (query is { State: PendingQueryState.Running } || query?.WaitsFor(share) == true)
            {
                Add(query, asker);
                hadToWait = query.State == PendingQueryState.Waiting;
                if (hadToWait && asker.IsUrgent)
                    DnsShares.Hasten(query, share);
                _shares.Forget(share);
                return query;
            }
            // A question that waits in the queue of another client, who has asked too much, must not wait there for this client.
            var runs = _shares.MayRun(share);
            if (!runs && !_shares.MayWait(share) && !(asker.IsUrgent && TryDisplace(share, out loser)))
            {
                _shares.Forget(share);
                return null;
            }
            var isNew = query is null;
            if (query is null)
                _pending[key] = query = new PendingQuery(key, options.Timeout, clock);
            else
                query.GrantTime();
            Add(query, asker);
            hadToWait = !runs;
            if (hadToWait)
            {
                _shares.Wait(query, share, asker.IsUrgent);
                if (isNew)
                    query.Ending.Token.UnsafeRegister(_ => EndWait(query), null);
            }
            else
            {
                query.State = PendingQueryState.Running;
                _shares.Run(query, share);
            }
        }
        if (loser is not null)
            Cut(loser);
        if (!hadToWait)
            _ = RunAsync(query);
        return query;
    }

    private void Add(PendingQuery query, DnsAsker asker)
    {
        query.Askers++;
        query.IsUrgent |= asker.IsUrgent;
        Tcp.Join(query, asker.Client);
    }

    /// <summary>The client's newest question that is not urgent loses its place.</summary>
    /// <param name="loser">Null if it still waits in the queue of another client.</param>
    private bool TryDisplace(DnsClientShare share, out PendingQuery? loser)
    {
        loser = null;
        if (!_shares.TryDisplace(share, out var displaced))
            return false;
        if (displaced.Places.Count > 0)
            return true;
        loser = (PendingQuery)displaced;
        loser.State = PendingQueryState.Ended;
        _pending.Remove(loser.Key);
        return true;
    }

    private void Cut(PendingQuery loser)
    {
        metrics?.CountCut(loser.Key.Type);
        loser.Ending.Dispose();
        loser.Conclude(Crowded(DnsStatus.Failure, loser.Key, "too many look-ups at the same time"));
    }

    private static DnsAnswer Crowded(DnsStatus status, DnsKey key, string detail) =>
        DnsAnswer.Without(status, key.Name, detail) with { IsCrowdedOut = true };

    private void Leave(PendingQuery query)
    {
        lock (_lock)
        {
            if (--query.Askers > 0 || query.State is PendingQueryState.Ended or PendingQueryState.Abandoned)
                return;
            _shares.Unqueue(query);
            query.State = PendingQueryState.Abandoned;
            _pending.Remove(query.Key);
        }
        metrics?.CountAbandoned(query.Key.Type);
        query.Ending.Cancel();
    }

    /// <summary>Nobody was asked, so nothing is known about the name: only those who waited learn of it.</summary>
    private void EndWait(PendingQuery query)
    {
        lock (_lock)
        {
            if (query.State != PendingQueryState.Waiting)
                return;
            _shares.Unqueue(query);
            query.State = PendingQueryState.Ended;
            _pending.Remove(query.Key);
        }
        metrics?.Count(query.Key.Type, DnsStatus.Timeout);
        query.Conclude(Crowded(DnsStatus.Timeout, query.Key, "too many look-ups waited before this one"));
    }

    private async Task RunAsync(PendingQuery query)
    {
        DnsAnswer? answer = null;
        Exception? fault = null;
        try
        {
            answer = await ask(query, query.Ending.Token);
        }
        catch (OperationCanceledException)
        {
            var within = options.Timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            answer = DnsAnswer.Without(DnsStatus.Timeout, query.Key.Name, $"no answer within {within} s")
                with
            { IsCrowdedOut = query.HadToWaitForTcp };
        }
        catch (Exception bug)
        {
            // Every caller that waits learns of it.
            fault = bug;
        }
        var isAnswered = End(query);
        if (isAnswered && answer is { Status: DnsStatus.Timeout, IsCrowdedOut: false })
            keepFailure(query.Key, answer);
        if (isAnswered && answer is not null)
            metrics?.Count(query.Key.Type, answer.Status);
        if (answer is not null)
            query.Conclude(answer);
        else
            query.Fail(fault!);
    }

    /// <summary>Gives the turn to the next.</summary>
    /// <returns>False when nobody waits for the answer any more.</returns>
    private bool End(PendingQuery query)
    {
        bool isAnswered;
        lock (_lock)
        {
            _shares.Return(query);
            isAnswered = query.State == PendingQueryState.Running;
            if (isAnswered)
            {
                query.State = PendingQueryState.Ended;
                _pending.Remove(query.Key);
                query.Ending.Dispose();
            }
            while (_shares.TryRunNext(out var turn))
            {
                var next = (PendingQuery)turn;
                next.State = PendingQueryState.Running;
                next.GrantTime();
                // On another thread: answers that are there at once would make this call itself for every question that waits.
                ThreadPool.UnsafeQueueUserWorkItem(
                    static start => _ = start.Queries.RunAsync(start.Next), (Queries: this, Next: next), preferLocal: false);
            }
        }
        return isAnswered;
    }
}
