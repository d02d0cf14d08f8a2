using System.Diagnostics.CodeAnalysis;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>
/// The look-ups of one check. Mechanisms are judged in their order, but their look-ups do not depend on each other: what was begun ahead is
/// not asked again. Used by one check, whose look-ups ahead run beside it.
/// </summary>
internal sealed class SpfLookUps(IDnsResolver dns, int mostAhead, CancellationToken cancellationToken) : IDisposable
{
    private readonly Lock _lock = new();
    private Dictionary<DnsKey, Task<DnsAnswer>>? _ahead;
    private CancellationTokenSource? _ending;

    /// <summary>The record of the domain itself: no number of later look-ups, which a sender chooses, may keep it waiting.</summary>
    public ValueTask<DnsAnswer> LookUpFirstAsync(string domain, CancellationToken cancellationToken) =>
        dns.Urgent.LookUpAsync(domain, DnsRecordType.Txt, cancellationToken);

    public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        if (_ahead is null)
            return dns.LookUpAsync(name, type, cancellationToken);
        lock (_lock)
        {
            if (_ahead.TryGetValue(DnsKey.Of(name, type), out var begun))
                return new ValueTask<DnsAnswer>(begun.WaitAsync(cancellationToken));
        }
        return dns.LookUpAsync(name, type, cancellationToken);
    }

    /// <summary>False when no more may be asked ahead, or the question was asked ahead before.</summary>
    public bool TryBegin(string name, DnsRecordType type, [NotNullWhen(true)] out Task<DnsAnswer>? asking)
    {
        asking = null;
        lock (_lock)
        {
            _ending ??= CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _ahead ??= [];
            var key = DnsKey.Of(name, type);
            if (_ahead.Count >= mostAhead || _ahead.ContainsKey(key))
                return false;
            _ahead[key] = asking = dns.LookUpAsync(name, type, _ending.Token).AsTask();
            return true;
        }
    }

    /// <summary>
    /// For several look-ups at the same time, of which an early answer may make the others needless: they end with the check.
    /// </summary>
    public Task<DnsAnswer> BeginAsync(string name, DnsRecordType type)
    {
        lock (_lock)
            _ending ??= CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return LookUpAsync(name, type, _ending.Token).AsTask();
    }

    /// <summary>Ends what nobody needs any more.</summary>
    public void Dispose()
    {
        _ending?.Cancel();
        _ending?.Dispose();
    }
}
