using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Sqlite.Claims;

/// <summary>
/// The claims of the embedded store. They live in memory only: one process has the store open, so all claims end with it, and a claim costs
/// no write. What an owner holds at a time is bounded by its window.
/// </summary>
internal sealed class ClaimTable(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Claim> _claims = new(StringComparer.Ordinal);

    /// <summary>Deliveries that a write is changing: from its first statement until its commit is known to be durable.</summary>
    private readonly HashSet<string> _changing = new(StringComparer.Ordinal);

    /// <summary>Deliveries that were changed while somebody read: by which step. A reader may have seen them as they were before.</summary>
    private readonly Dictionary<string, (long Step, bool IsOpen)> _changed = new(StringComparer.Ordinal);

    private int _rounds;
    private long _steps;

    // Fences must not repeat after a restart. A clock that was set back does not matter: the claims of the earlier process ended with it.
    private long _lastFence = Math.Max(clock.GetUtcNow().UtcTicks, ClaimTerms.FirstFence);

    public int Count
    {
        get
        {
            lock (_gate)
                return _claims.Count;
        }
    }

    /// <summary>Claims deliveries that are about to be added.</summary>
    public void Add(IReadOnlyList<SpooledDelivery> deliveries, NewClaims claims)
    {
        if (claims.Terms is not { } terms)
            return;
        var expires = terms.IsForever ? DateTimeOffset.MaxValue : terms.ExpiryFrom(clock.GetUtcNow());
        lock (_gate)
        {
            for (var index = 0; index < deliveries.Count; index++)
            {
                var delivery = deliveries[index];
                if (claims.Contains(index) && DeliveryTransitions.IsOpen(delivery.State))
                    _claims[delivery.Id] = new Claim(delivery.Destination, terms.Owner, ClaimTerms.FirstFence, expires);
            }
        }
    }

    /// <summary>The deliveries were not added after all.</summary>
    public void Drop(IReadOnlyList<SpooledDelivery> deliveries, NewClaims claims)
    {
        if (claims.Terms is null)
            return;
        lock (_gate)
        {
            for (var index = 0; index < deliveries.Count; index++)
            {
                if (claims.Contains(index))
                    _claims.Remove(deliveries[index].Id);
            }
        }
    }

    /// <summary>Whether a completion under this claim still counts.</summary>
    /// <param name="claim">Null: made without a claim, which counts while nobody has one.</param>
    public bool Allows(string deliveryId, DeliveryClaim? claim)
    {
        lock (_gate)
        {
            if (!_claims.TryGetValue(deliveryId, out var latest))
                return true;
            return claim is { } own ? latest.Owner == own.Owner && latest.Fence == own.Fence : latest.Expires <= clock.GetUtcNow();
        }
    }

    /// <summary>Returns the ids of those that are no longer the latest.</summary>
    public List<string> Renew(ClaimTerms terms, IReadOnlyList<DeliveryClaim> claims)
    {
        var lost = new List<string>();
        var expires = terms.ExpiryFrom(clock.GetUtcNow());
        lock (_gate)
        {
            foreach (var claim in claims)
            {
                if (IsLatest(claim, out var latest))
                    _claims[claim.DeliveryId] = latest with { Expires = expires };
                else
                    lost.Add(claim.DeliveryId);
            }
        }
        return lost;
    }

    public void Release(IReadOnlyList<DeliveryClaim> claims)
    {
        lock (_gate)
        {
            foreach (var claim in claims)
            {
                if (IsLatest(claim, out _))
                    _claims.Remove(claim.DeliveryId);
            }
        }
    }

    /// <summary>A write begins to change a delivery. May be called again for the same write.</summary>
    public void BeginChange(string deliveryId)
    {
        lock (_gate)
            _changing.Add(deliveryId);
    }

    /// <summary>The change is durable, or it failed.</summary>
    /// <param name="isOpen">The delivery is still open, as far as is known.</param>
    /// <param name="endsClaim">The delivery's claim ends with it.</param>
    public void EndChange(string deliveryId, bool isOpen, bool endsClaim)
    {
        lock (_gate)
        {
            _changing.Remove(deliveryId);
            if (_rounds > 0)
                _changed[deliveryId] = (++_steps, isOpen);
            if (endsClaim)
                _claims.Remove(deliveryId);
        }
    }

    /// <summary>Begins to claim: reads come next. Dispose of the round when it has claimed.</summary>
    public ClaimRound Begin(ClaimRequest request)
    {
        lock (_gate)
        {
            _rounds++;
            return new ClaimRound(this, request, ++_steps, clock.GetUtcNow());
        }
    }

    public void End()
    {
        lock (_gate)
        {
            if (--_rounds == 0)
                _changed.Clear();
        }
    }

    /// <summary>Whether a round may claim a delivery, as far as can be told now.</summary>
    /// <param name="freeAt">When another owner's claim on it expires; null when that is not what keeps it.</param>
    public bool IsFree(string deliveryId, ClaimRound round, out DateTimeOffset? freeAt)
    {
        lock (_gate)
            return IsFreeInside(deliveryId, round, out freeAt);
    }

    /// <summary>Claims those that are still free, all at once.</summary>
    /// <returns>The fences, in the same order; 0 for a delivery that is no longer free.</returns>
    public long[] Take(IReadOnlyList<SpooledDelivery> deliveries, ClaimRound round)
    {
        var fences = new long[deliveries.Count];
        var terms = round.Request.Terms;
        var expires = terms.ExpiryFrom(round.Now);
        lock (_gate)
        {
            if (round.Request.KeepsOrder && OthersUntilInside(round) is not null)
                return fences;
            for (var index = 0; index < fences.Length; index++)
            {
                var delivery = deliveries[index];
                if (!IsFreeInside(delivery.Id, round, out _))
                    continue;
                fences[index] = ++_lastFence;
                _claims[delivery.Id] = new Claim(delivery.Destination, terms.Owner, fences[index], expires);
            }
        }
        return fences;
    }

    /// <summary>
    /// For a destination that keeps an order: when the last claim of another owner expires; null when no other owner has one.
    /// </summary>
    public DateTimeOffset? OthersUntil(ClaimRound round)
    {
        lock (_gate)
            return OthersUntilInside(round);
    }

    private DateTimeOffset? OthersUntilInside(ClaimRound round)
    {
        DateTimeOffset? until = null;
        foreach (var claim in _claims.Values)
        {
            if (claim.Destination == round.Request.Destination && claim.Owner != round.Request.Terms.Owner && claim.Expires > round.Now &&
                !(claim.Expires <= until))
                until = claim.Expires;
        }
        return until;
    }

    private bool IsFreeInside(string deliveryId, ClaimRound round, out DateTimeOffset? freeAt)
    {
        freeAt = null;
        if (_claims.TryGetValue(deliveryId, out var claim) && claim.Expires > round.Now)
        {
            if (claim.Owner != round.Request.Terms.Owner)
                freeAt = claim.Expires;
            return false;
        }
        if (_changing.Contains(deliveryId))
        {
            // The change says when it is due; ask again as soon as it can be read.
            freeAt = round.Now;
            return false;
        }
        if (!_changed.TryGetValue(deliveryId, out var change) || change.Step <= round.Step)
            return true;
        if (change.IsOpen)
            freeAt = round.Now;
        return false;
    }

    private bool IsLatest(DeliveryClaim claim, out Claim latest) =>
        _claims.TryGetValue(claim.DeliveryId, out latest) && latest.Owner == claim.Owner && latest.Fence == claim.Fence;

    private readonly record struct Claim(string Destination, string Owner, long Fence, DateTimeOffset Expires);
}
