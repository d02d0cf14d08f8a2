namespace InboundBridge.MailFlow.SenderAuthentication.Budget;

/// <summary>
/// Hands out the turns of one mail's look-ups. Each part has turns reserved that no other part can take, so that silent servers of one part
/// can't starve another; the rest goes to whoever asks, the parts that were added first before the others. Safe for concurrent use.
/// </summary>
internal sealed class MailDnsTurns(int most, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly List<MailDnsPart> _parts = [];
    private int _kept;
    private int _running;
    private volatile bool _isCrowdedOut;

    /// <summary>Turns that are kept free for parts that are still to come.</summary>
    public int Kept
    {
        init => _kept = value;
    }

    /// <summary>A look-up had no turn at the resolver, because the client asks for more than its share.</summary>
    public bool IsCrowdedOut
    {
        get => _isCrowdedOut;
        set => _isCrowdedOut = value;
    }

    /// <param name="first">Before all others that were added so far.</param>
    public MailDnsPart Add(int reserved, int most, bool first = false)
    {
        var part = new MailDnsPart(reserved, most);
        lock (_lock)
            _parts.Insert(first ? 0 : _parts.Count, part);
        return part;
    }

    /// <summary>All parts are there. Nothing is kept for others any more.</summary>
    public void KeepNothing()
    {
        lock (_lock)
        {
            _kept = 0;
            HandOut();
        }
    }

    /// <summary>The part needs no reserve any more.</summary>
    public void Close(MailDnsPart part)
    {
        lock (_lock)
        {
            part.Reserved = 0;
            HandOut();
        }
    }

    public void Enter(MailDnsPart part, MailDnsTurn turn)
    {
        lock (_lock)
        {
            part.Wait(turn);
            HandOut();
        }
    }

    /// <summary>Gives up a turn, or the wait for it.</summary>
    public void Leave(MailDnsPart part, MailDnsTurn turn)
    {
        lock (_lock)
        {
            if (part.Remove(turn))
                _running--;
            HandOut();
        }
    }

    /// <summary>Ends the oldest look-up of the part if it has had its turn for so long.</summary>
    public void EndOldest(MailDnsPart part, TimeSpan turn)
    {
        // Under the lock, because a look-up that has left its turn has disposed of its source.
        lock (_lock)
        {
            if (part.Oldest is { } oldest && clock.GetElapsedTime(oldest.Since) >= turn)
                oldest.End();
        }
    }

    private void HandOut()
    {
        for (var index = 0; index < _parts.Count && _running < most; index++)
        {
            var part = _parts[index];
            while (MayRun(part) && part.TryNext(out var next))
            {
                part.Run(next);
                _running++;
                next.Begin(clock.GetTimestamp());
            }
        }
    }

    private bool MayRun(MailDnsPart part)
    {
        if (_running >= most || !part.HasRoom)
            return false;
        if (part.Kept > 0)
            return true;
        var kept = _kept;
        foreach (var other in _parts)
            kept += other.Kept;
        return _running + kept < most;
    }
}
