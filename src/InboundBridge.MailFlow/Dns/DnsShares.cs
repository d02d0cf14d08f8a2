using System.Diagnostics.CodeAnalysis;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// Divides a resolver among clients. A client may take as much as is still free: one alone gets half, two a third each, and so on, so that
/// there is always room for another. No client is limited while the resolver has little to do. Clients whose questions wait take turns.
/// Guarded by the lock of <see cref="DnsQueries"/>.
/// </summary>
internal sealed class DnsShares(int mostRunning, int mostPending)
{
    /// <summary>Look-ups of our own, such as those of deliveries; what their clients may cause is limited elsewhere.</summary>
    public static readonly UInt128 Ourselves = UInt128.MaxValue;

    private readonly Dictionary<UInt128, DnsClientShare> _clients = [];
    private readonly LinkedList<DnsClientShare> _queue = new();
    private int _running;
    private int _waiting;

    /// <summary>Clients that have questions.</summary>
    public int Clients => _clients.Count;

    public DnsClientShare Of(UInt128 client)
    {
        if (!_clients.TryGetValue(client, out var share))
            _clients[client] = share = new DnsClientShare(client);
        return share;
    }

    public bool MayRun(DnsClientShare share) => IsFair(share, share.Running, _running, mostRunning);

    public bool MayWait(DnsClientShare share) => IsFair(share, share.Pending, _running + _waiting, mostPending);

    public void Run(PendingQuery query, DnsClientShare share)
    {
        share.Running++;
        _running++;
        query.RunsFor = share;
        Unqueue(query);
    }

    public void Wait(PendingQuery query, DnsClientShare share)
    {
        if (share.Waiting.Count == 0)
            _queue.AddLast(share.Place);
        query.Places.Add((share, share.Waiting.AddLast(query)));
        _waiting++;
    }

    /// <summary>The query no longer waits for a turn.</summary>
    public void Unqueue(PendingQuery query)
    {
        foreach (var (client, place) in query.Places)
        {
            client.Waiting.Remove(place);
            _waiting--;
            if (client.Waiting.Count == 0)
                _queue.Remove(client.Place);
            Forget(client);
        }
        query.Places.Clear();
    }

    /// <summary>The query has had its turn.</summary>
    public void Return(PendingQuery query)
    {
        if (query.RunsFor is not { } share)
            return;
        query.RunsFor = null;
        share.Running--;
        _running--;
        Forget(share);
    }

    /// <summary>Gives the next turn to the client that has waited for it longest, among those that may have one.</summary>
    public bool TryRunNext([NotNullWhen(true)] out PendingQuery? query)
    {
        query = null;
        for (var place = _queue.First; place is not null; place = place.Next)
        {
            var share = place.Value;
            if (!MayRun(share))
                continue;
            query = share.Waiting.First!.Value;
            _queue.Remove(place);
            _queue.AddLast(place);
            Run(query, share);
            return true;
        }
        return false;
    }

    /// <summary>Without questions, nothing is remembered of a client.</summary>
    public void Forget(DnsClientShare share)
    {
        if (share.Pending == 0)
            _clients.Remove(share.Client);
    }

    private static bool IsFair(DnsClientShare share, int own, int all, int most) =>
        all < most && (own == 0 || share.Client == Ourselves || own < most - all);
}
