using System.Diagnostics.CodeAnalysis;

namespace InboundBridge.MailFlow.SenderAuthentication.Budget;

/// <summary>One part of a mail's turns. Guarded by the lock of its <see cref="MailDnsTurns"/>.</summary>
/// <param name="most">The most look-ups of this part at a time.</param>
internal sealed class MailDnsPart(int reserved, int most)
{
    private LinkedList<MailDnsTurn>? _waiting;
    private LinkedList<MailDnsTurn>? _running;

    /// <summary>Turns that no other part may take.</summary>
    public int Reserved { get; set; } = reserved;

    public int Running => _running?.Count ?? 0;

    /// <summary>Reserved turns that are free.</summary>
    public int Kept => Math.Max(0, Reserved - Running);

    public bool HasRoom => Running < most;

    public void Wait(MailDnsTurn turn) => (_waiting ??= new LinkedList<MailDnsTurn>()).AddLast(turn.Place);

    public bool TryNext([NotNullWhen(true)] out MailDnsTurn? next) => (next = _waiting?.First?.Value) is not null;

    public void Run(MailDnsTurn turn)
    {
        turn.Place.List?.Remove(turn.Place);
        (_running ??= new LinkedList<MailDnsTurn>()).AddLast(turn.Place);
    }

    /// <returns>Whether it had a turn; else it was waiting for one.</returns>
    public bool Remove(MailDnsTurn turn)
    {
        var hadTurn = turn.Place.List == _running;
        turn.Place.List?.Remove(turn.Place);
        return hadTurn;
    }

    /// <summary>The look-up that has had its turn for the longest time and was not told to end yet; null without any.</summary>
    public MailDnsTurn? Oldest
    {
        get
        {
            for (var place = _running?.First; place is not null; place = place.Next)
            {
                if (!place.Value.IsEnding)
                    return place.Value;
            }
            return null;
        }
    }
}
