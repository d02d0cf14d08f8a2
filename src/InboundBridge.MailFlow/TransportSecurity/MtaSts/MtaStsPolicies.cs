using System.Collections.Concurrent;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.MailFlow.TransportSecurity.MtaSts;

/// <summary>
/// The MTA-STS policies of the domains that we send to (RFC 8461 §3, §5.1). A policy is fetched when its record appears or changes, and
/// kept for its max_age, over restarts too. While a kept policy lasts it applies, whatever DNS and HTTPS say: an attacker could suppress
/// both. Safe for concurrent use.
/// </summary>
/// <param name="notes">Where policies are kept.</param>
/// <param name="scope">
/// Keeps the policies of relays apart that trust different authorities; empty for those that trust the system's alone.
/// </param>
internal sealed class MtaStsPolicies(
    IDnsResolver dns, MtaStsFetch fetch, ISpoolNotes notes, string scope, TimeProvider clock, TransportLog log)
{
    /// <summary>RFC 8461 §3.3 suggests five minutes until a failed fetch is tried again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Fetches at the same time, beyond which no policy is refreshed. Our choice. First fetches have deliveries that wait for them, whose
    /// number bounds them.
    /// </summary>
    private const int MostFetches = 32;

    private readonly MtaStsMemory _memory = new();
    private readonly ConcurrentDictionary<string, Task<MtaStsMemory.Entry>> _fetching = new(StringComparer.OrdinalIgnoreCase);

    public async ValueTask<MtaStsFinding> FindAsync(string domain, CancellationToken cancellationToken)
    {
        var entry = _memory.Find(domain) ?? await ReadAsync(domain, cancellationToken);
        var answer = await dns.LookUpAsync(MtaStsRecord.NameFor(domain), DnsRecordType.Txt, cancellationToken);
        if (MtaStsRecord.IdOf(answer) is not { } id)
            return Finding(entry with { Failure = null });
        var now = clock.GetUtcNow();
        var hasPolicy = entry.Known is { } known && known.Expires > now && known.Id == id;
        if (hasPolicy && (entry.Known!.Stale > now || _fetching.Count >= MostFetches))
            return Finding(entry);
        // Who just failed is not asked again for a while.
        if (entry.Failure is { } failure && failure.Id == id && now - failure.At < Pause)
            return Finding(entry);
        var fetching = FetchOnceAsync(domain, id, entry);
        // The kept policy is good: the delivery does not wait for a newer copy of it.
        return Finding(hasPolicy ? entry : await fetching.WaitAsync(cancellationToken));
    }

    private MtaStsFinding Finding(MtaStsMemory.Entry entry)
    {
        if (entry.Known is { } known && known.Expires > clock.GetUtcNow())
            return known.Policy.Mode == MtaStsMode.None ? MtaStsFinding.None : new MtaStsFinding(known.Policy);
        return entry.Failure is { } failure ? new MtaStsFinding(null, failure.Failure, failure.Detail) : MtaStsFinding.None;
    }

    private async ValueTask<MtaStsMemory.Entry> ReadAsync(string domain, CancellationToken cancellationToken)
    {
        try
        {
            var entry = new MtaStsMemory.Entry(await KnownPolicy.FindAsync(notes, Key(domain), cancellationToken));
            _memory.Keep(domain, entry);
            return entry;
        }
        catch (SpoolUnavailableException fault)
        {
            // Not remembered, so the next mail asks again.
            log.PolicyUnread(domain, fault.GetBaseException().Message);
            return new MtaStsMemory.Entry(Known: null);
        }
    }

    /// <summary>Deliveries for the same domain share a fetch, which goes on when one of them is cancelled.</summary>
    private Task<MtaStsMemory.Entry> FetchOnceAsync(string domain, string id, MtaStsMemory.Entry entry)
    {
        var fetched = new TaskCompletionSource<MtaStsMemory.Entry>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shared = _fetching.GetOrAdd(domain, fetched.Task);
        if (shared == fetched.Task)
            _ = CompleteAsync(domain, id, entry, fetched);
        return shared;
    }

    private async Task CompleteAsync(
        string domain, string id, MtaStsMemory.Entry entry, TaskCompletionSource<MtaStsMemory.Entry> fetched)
    {
        try
        {
            entry = await FetchAsync(domain, id, entry);
            _memory.Keep(domain, entry);
            _fetching.TryRemove(domain, out _);
            fetched.SetResult(entry);
        }
        catch (Exception fault)
        {
            // A bug, or the target was disposed: report it to every delivery that waits.
            _fetching.TryRemove(domain, out _);
            fetched.SetException(fault);
        }
    }

    private async ValueTask<MtaStsMemory.Entry> FetchAsync(string domain, string id, MtaStsMemory.Entry entry)
    {
        var result = await fetch(domain, CancellationToken.None);
        var now = clock.GetUtcNow();
        if (result.Policy is not { } policy)
        {
            log.PolicyNotFetched(domain, result.Failure.Word(), result.Detail);
            return entry with { Failure = new MtaStsMemory.FailedFetch(now, id, result.Failure, result.Detail) };
        }
        var known = new KnownPolicy(id, now, policy);
        log.PolicyFetched(domain, id, policy.Mode);
        try
        {
            if (policy.MaxAge > TimeSpan.Zero)
                await known.KeepAsync(notes, Key(domain), CancellationToken.None);
        }
        catch (SpoolUnavailableException fault)
        {
            log.PolicyUnwritten(domain, fault.GetBaseException().Message);
        }
        return new MtaStsMemory.Entry(known);
    }

    private string Key(string domain) => scope.Length == 0 ? domain.ToLowerInvariant() : $"{domain.ToLowerInvariant()} {scope}";
}
