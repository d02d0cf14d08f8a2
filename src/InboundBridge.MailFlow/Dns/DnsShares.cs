using System.Diagnostics.CodeAnalysis;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// Divides a resolver among clients. A client may take as much as is still free: one alone gets half, two a third each, and so on, so that
/// there is always room for another. No client is limited while the resolver has little to do. Clients whose questions wait take turns.
/// Guarded by the lock of its owner.
/// </summary>
internal sealed class DnsShares(int mostRunning, int mostPending)
{
    /// <summary>The client of <see cref="DnsAsker.Ourselves"/>.</summary>
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

    public void Run(DnsTurn turn, DnsClientShare share)
    {
        share.Running++;
        _running++;
        turn.RunsFor = share;
        Unqueue(turn);
    }

    /// <param name="isUrgent">It comes before the client's others.</param>
    public void Wait(DnsTurn turn, DnsClientShare share, bool isUrgent)
    {
        if (share.Waiting == 0)
            _queue.AddLast(share.Place);
        turn.Places.Add((share, share.Add(turn, isUrgent)));
        _waiting++;
    }

    /// <summary>One that waits and has become urgent comes before those of this client that are not urgent.</summary>
    public static void Hasten(DnsTurn turn, DnsClientShare share)
    {
        foreach (var (client, place) in turn.Places)
        {
            if (client == share)
                share.Hasten(place);
        }
    }

    /// <summary>Makes room for an urgent question: the client's newest that is not urgent loses its place.</summary>
    /// <returns>False if all that wait are urgent.</returns>
    public bool TryDisplace(DnsClientShare share, [NotNullWhen(true)] out DnsTurn? displaced)
    {
        if (!share.TryFindLeast(out displaced))
            return false;
        var index = displaced.Places.FindIndex(entry => entry.Client == share);
        var place = displaced.Places[index].Place;
        displaced.Places.RemoveAt(index);
        Remove(share, place);
        return true;
    }

    /// <summary>It no longer waits for a turn.</summary>
    public void Unqueue(DnsTurn turn)
    {
        foreach (var (client, place) in turn.Places)
        {
            Remove(client, place);
            Forget(client);
        }
        turn.Places.Clear();
    }

    /// <summary>It has had its turn.</summary>
    public void Return(DnsTurn turn)
    {
        if (turn.RunsFor is not { } share)
            return;
        turn.RunsFor = null;
        share.Running--;
        _running--;
        Forget(share);
    }

    /// <summary>Gives the next turn to the client that has waited for it longest, among those that may have one.</summary>
    public bool TryRunNext([NotNullWhen(true)] out DnsTurn? turn)
    {
        turn = null;
        for (var place = _queue.First; place is not null; place = place.Next)
        {
            var share = place.Value;
            if (!MayRun(share))
                continue;
            turn = share.Next!;
            _queue.Remove(place);
            _queue.AddLast(place);
            Run(turn, share);
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

    private void Remove(DnsClientShare share, LinkedListNode<DnsTurn> place)
    {
        place.List!.Remove(place);
        _waiting--;
        if (share.Waiting == 0)
            _queue.Remove(share.Place);
    }

    private static bool IsFair(DnsClientShare share, int own, int all, int most) =>
        all < most && (own == 0 || share.Client == Ourselves || own < most - all);
}
