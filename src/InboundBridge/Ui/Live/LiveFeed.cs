using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Status;

namespace InboundBridge.Ui.Live;

/// <summary>
/// Tells open pages what happens. Twice a second each gets the newest events and the count of those left out, so that a busy queue costs
/// them no more than a calm one. A text is written once for all of them. A page that does not keep up is dropped; mail never waits.
/// </summary>
internal sealed class LiveFeed(EventOperations events, TimeProvider clock)
{
    /// <summary>In all. A token with few pages gets a place beyond them, so that others can't keep it out.</summary>
    public const int MostListeners = 200;

    /// <summary>Of one session.</summary>
    public const int MostOfSession = 20;

    /// <summary>Of all sessions of one token.</summary>
    public const int MostOfToken = 50;

    /// <summary>Pages of a token that always have a place.</summary>
    public const int Reserved = 5;

    /// <summary>Twice a second looks live, and is little work.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    /// <summary>Proxies close connections that are silent for a minute: a beat each 15 seconds.</summary>
    private const int BeatEvery = 30;

    private readonly Lock _gate = new();
    private readonly Lock _telling = new();
    private readonly List<LiveListener> _listeners = [];
    private Dictionary<string, LiveTail> _tails = new(StringComparer.Ordinal);
    private ITimer? _timer;
    private long _place;
    private int _ticks;

    /// <summary>Null when a limit of listeners is reached.</summary>
    /// <param name="session">Names the session; null where there are none, and everybody is the same operator.</param>
    /// <param name="kind">Only events of this kind; null for all.</param>
    public LiveListener? Listen(Principal who, string? session, string? kind)
    {
        who.Demand(Operation.FollowEvents);
        lock (_gate)
        {
            if (!HasPlace(who.Name, session))
                return null;
            if (_listeners.Count == 0)
            {
                events.Tap(who, Take);
                _timer = clock.CreateTimer(static feed => ((LiveFeed)feed!).Tell(), this, Pace, Pace);
            }
            var listener = new LiveListener(who.Name, session, kind, Leave);
            _listeners.Add(listener);
            return listener;
        }
    }

    private bool HasPlace(string token, string? session)
    {
        if (session is null)
            return _listeners.Count < MostListeners;
        var own = _listeners.Count(listener => listener.Token == token);
        return own < MostOfToken && _listeners.Count(listener => listener.Session == session) < MostOfSession
            && (_listeners.Count < MostListeners || own < Reserved);
    }

    private void Leave(LiveListener listener)
    {
        lock (_gate)
        {
            if (!_listeners.Remove(listener) || _listeners.Count > 0)
                return;
            events.EndTap();
            _timer?.Dispose();
            _timer = null;
            _tails = new Dictionary<string, LiveTail>(StringComparer.Ordinal);
        }
    }

    /// <summary>On the queue's threads: keeps a reference, and nothing is written.</summary>
    private void Take(QueueEvent happened)
    {
        lock (_gate)
        {
            if (!_tails.TryGetValue(happened.Kind, out var tail))
                _tails[happened.Kind] = tail = new LiveTail();
            tail.Add(_place++, happened);
        }
    }

    private void Tell()
    {
        // A slow round is skipped by the next ones instead of running beside them.
        if (!_telling.TryEnter())
            return;
        try
        {
            Dictionary<string, LiveTail> tails;
            LiveListener[] listeners;
            lock (_gate)
            {
                (tails, listeners) = (_tails, [.. _listeners]);
                if (tails.Count > 0)
                    _tails = new Dictionary<string, LiveTail>(StringComparer.Ordinal);
            }
            var beats = ++_ticks % BeatEvery == 0;
            var texts = new LiveTexts(tails);
            foreach (var listener in listeners)
            {
                var text = texts.Of(listener.Kind) ?? (beats ? LiveTexts.Beat : null);
                if (text is not null && !listener.Offer(text))
                    Leave(listener);
            }
        }
        finally
        {
            _telling.Exit();
        }
    }
}
