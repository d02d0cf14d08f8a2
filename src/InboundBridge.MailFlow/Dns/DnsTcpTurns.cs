namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// Hands out the turns of questions that are asked over TCP. Clients share them like those of other questions: a client whose zones
/// answer slowly and over TCP alone leaves room for others. Safe for concurrent use.
/// </summary>
internal sealed class DnsTcpTurns(int most)
{
    private readonly Lock _lock = new();

    // The queue needs no limit of its own, because only questions that run wait in it.
    private readonly DnsShares _shares = new(most, int.MaxValue);

    /// <summary>
    /// The client asks the question too. If the question waits for a turn, it waits in the client's queue as well: it must not wait only
    /// behind those of a client who has asked too much.
    /// </summary>
    public void Join(PendingQuery query, UInt128 client)
    {
        lock (_lock)
        {
            if (query.Clients.Contains(client))
                return;
            query.Clients.Add(client);
            if (query.Tcp is { RunsFor: null } waiting)
                Enter(waiting, client, query.IsUrgent);
        }
    }

    /// <summary>Queues for a turn. Call <see cref="Leave"/> in the end, whatever happens.</summary>
    /// <returns>Completes when the turn comes.</returns>
    public Task Enter(PendingQuery query)
    {
        var turn = new DnsTcpTurn();
        lock (_lock)
        {
            query.Tcp = turn;
            foreach (var client in query.Clients)
            {
                if (Enter(turn, client, query.IsUrgent))
                    return turn.Come;
            }
            query.WaitForTcp();
        }
        return turn.Come;
    }

    /// <summary>Gives up the turn, or the wait for it.</summary>
    public void Leave(PendingQuery query)
    {
        lock (_lock)
        {
            if (query.Tcp is not { } turn)
                return;
            query.Tcp = null;
            _shares.Unqueue(turn);
            _shares.Return(turn);
            while (_shares.TryRunNext(out var next))
                ((DnsTcpTurn)next).Begin();
        }
    }

    /// <returns>Whether its turn has come.</returns>
    private bool Enter(DnsTcpTurn turn, UInt128 client, bool isUrgent)
    {
        var share = _shares.Of(client);
        if (!_shares.MayRun(share))
        {
            _shares.Wait(turn, share, isUrgent);
            return false;
        }
        _shares.Run(turn, share);
        turn.Begin();
        return true;
    }
}
