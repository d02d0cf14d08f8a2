using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.SenderAuthentication.Greylisting;

/// <summary>
/// Lets strangers wait once: who comes back after the delay has a queue, as mail servers have, and is known from then on. A pair of client
/// network and sender is known together with every recipient; a client network is known for every sender once some of them have come back.
/// <para>
/// Its memory is in the spool. Known pairs are found in memory, others by an indexed look-up, and writing waits for nobody. Safe for
/// concurrent use.
/// </para>
/// </summary>
public sealed class Greylist : IAsyncDisposable
{
    /// <summary>How much of its time an entry may lose before a mail renews it, so that known senders cost few writes.</summary>
    private const int RenewalsInItsTime = 32;

    private readonly Lock _gate = new();
    private readonly GreylistCache _cache = new();
    private readonly IMailSpool _spool;
    private readonly TimeProvider _clock;
    private readonly GreylistLog _log;
    private readonly GreylistJournal _journal;

    public Greylist(IMailSpool spool, TimeProvider clock, GreylistLog log)
    {
        (_spool, _clock, _log) = (spool, clock, log);
        _journal = new GreylistJournal(spool, clock, log);
    }

    /// <summary>
    /// Whether a mail may pass. A stranger is not remembered yet: call <see cref="Remember"/> when nothing else speaks for it.
    /// </summary>
    public ValueTask<GreylistAnswer> LookUpAsync(GreylistSight sight, GreylistTerms terms, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Judge(sight, terms) is { MayPass: true } known)
                return new ValueTask<GreylistAnswer>(known);
            // Another node may have seen it, so a wait is answered from the store.
        }
        return ReadAsync(sight, terms, cancellationToken);
    }

    /// <summary>What <see cref="LookUpAsync"/> would answer, without remembering anything: for trials.</summary>
    public async ValueTask<GreylistAnswer> PeekAsync(GreylistSight sight, GreylistTerms terms, CancellationToken cancellationToken)
    {
        var entries = new Dictionary<UInt128, GreylistEntry>();
        foreach (var stored in await _spool.FindGreylistAsync([sight.Client, sight.Pair, sight.Triplet], cancellationToken))
            entries[stored.Key] = stored;
        lock (_gate)
        {
            // What this process has seen is written about once a second, so it may be newer than what is stored.
            foreach (var key in new[] { sight.Client, sight.Pair, sight.Triplet })
            {
                if (_cache.TryFind(key, out var kept))
                    entries[key] = kept;
            }
        }
        return GreylistPeek.Judge([.. entries.Values], sight, terms, _clock.GetUtcNow());
    }

    /// <summary>Remembers that a stranger was told to wait.</summary>
    public void Remember(GreylistSight sight, GreylistTerms terms)
    {
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            if (!IsValid(sight.Triplet, now, out _))
                Keep(new GreylistEntry(sight.Triplet, now, now + terms.Delay + terms.Patience, 0));
        }
    }

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    /// <summary>Returns when everything is in the spool that is to be remembered.</summary>
    internal Task FlushAsync() => _journal.FlushAsync();

    private async ValueTask<GreylistAnswer> ReadAsync(GreylistSight sight, GreylistTerms terms, CancellationToken cancellationToken)
    {
        IReadOnlyList<GreylistEntry> found;
        try
        {
            found = await _spool.FindGreylistAsync([sight.Client, sight.Pair, sight.Triplet], cancellationToken);
        }
        catch (SpoolUnavailableException fault)
        {
            // Without the spool no mail is accepted anyway; its own refusals say so.
            _log.Unread(fault.GetBaseException().Message);
            return GreylistAnswer.Pass;
        }
        lock (_gate)
        {
            foreach (var entry in found)
                Merge(entry);
            return Judge(sight, terms);
        }
    }

    private GreylistAnswer Judge(GreylistSight sight, GreylistTerms terms)
    {
        var now = _clock.GetUtcNow();
        if (IsValid(sight.Client, now, out var client) && client.Passes >= terms.ClientPasses)
        {
            Renew(client, now, terms);
            return GreylistAnswer.Pass;
        }
        if (IsValid(sight.Pair, now, out var pair) && pair.Passes > 0)
        {
            Renew(pair, now, terms);
            return GreylistAnswer.Pass;
        }
        if (!IsValid(sight.Triplet, now, out var triplet))
            return new GreylistAnswer(terms.Delay);
        var wait = triplet.FirstSeen + terms.Delay - now;
        if (wait > TimeSpan.Zero)
            return new GreylistAnswer(wait);
        Keep(new GreylistEntry(sight.Pair, triplet.FirstSeen, now + terms.Expire, 1));
        var since = client.Passes > 0 ? client.FirstSeen : triplet.FirstSeen;
        Keep(new GreylistEntry(sight.Client, since, now + terms.Expire, client.Passes + 1));
        return GreylistAnswer.Pass;
    }

    private void Renew(GreylistEntry entry, DateTimeOffset now, GreylistTerms terms)
    {
        if (entry.Expires - now < terms.Expire - terms.Expire / RenewalsInItsTime)
            Keep(entry with { Expires = now + terms.Expire });
    }

    /// <summary>False also with the default entry, where the entry has expired.</summary>
    private bool IsValid(UInt128 key, DateTimeOffset now, out GreylistEntry entry)
    {
        if (_cache.TryFind(key, out entry) && entry.Expires > now)
            return true;
        entry = default;
        return false;
    }

    private void Keep(GreylistEntry entry)
    {
        _cache.Keep(entry);
        _journal.Keep(entry);
    }

    /// <summary>What the store holds may be older than what this node knows, or come from another node.</summary>
    private void Merge(GreylistEntry stored)
    {
        if (!_cache.TryFind(stored.Key, out var known) || (known.Passes, known.Expires).CompareTo((stored.Passes, stored.Expires)) < 0)
            _cache.Keep(stored);
    }
}
