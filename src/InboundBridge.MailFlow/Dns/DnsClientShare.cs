using System.Diagnostics.CodeAnalysis;

namespace InboundBridge.MailFlow.Dns;

/// <summary>What one client takes of a resolver. Guarded by the lock of the owner of its <see cref="DnsShares"/>.</summary>
internal sealed class DnsClientShare
{
    private readonly LinkedList<DnsTurn> _urgent = [];
    private readonly LinkedList<DnsTurn> _others = [];

    public DnsClientShare(UInt128 client) => (Client, Place) = (client, new LinkedListNode<DnsClientShare>(this));

    public UInt128 Client { get; }

    /// <summary>Its place among the clients whose questions wait.</summary>
    public LinkedListNode<DnsClientShare> Place { get; }

    /// <summary>Its questions that servers are asked.</summary>
    public int Running { get; set; }

    /// <summary>Its questions that have no turn yet.</summary>
    public int Waiting => _urgent.Count + _others.Count;

    public int Pending => Running + Waiting;

    /// <summary>The oldest of the urgent ones that wait, else the oldest one.</summary>
    public DnsTurn? Next => (_urgent.First ?? _others.First)?.Value;

    public LinkedListNode<DnsTurn> Add(DnsTurn turn, bool isUrgent) => (isUrgent ? _urgent : _others).AddLast(turn);

    /// <summary>A question that waits has become urgent.</summary>
    public void Hasten(LinkedListNode<DnsTurn> place)
    {
        if (place.List != _others)
            return;
        _others.Remove(place);
        _urgent.AddLast(place);
    }

    /// <summary>The one that is missed least: the newest that is not urgent.</summary>
    public bool TryFindLeast([NotNullWhen(true)] out DnsTurn? least) => (least = _others.Last?.Value) is not null;
}
