using InboundBridge.Configuration.Options.Watching;

namespace InboundBridge.Notices;

/// <summary>
/// What has happened and is not told yet, one entry for each kind and subject. Bounded: beyond <see cref="NoticeTerms.MostWaiting"/>
/// subjects, occurrences of a kind are counted together.
/// </summary>
internal sealed class WaitingNotices(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(NoticeKind Kind, string Subject), WaitingNotice> _waiting = [];

    /// <returns>True when a new entry was made, so that somebody has to look when it is due.</returns>
    public bool Add(Occurrence occurrence)
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            var key = (occurrence.Kind, occurrence.Subject);
            if (!_waiting.ContainsKey(key) && _waiting.Count >= NoticeTerms.MostWaiting)
                key = (occurrence.Kind, NoticeTerms.Others);
            if (_waiting.TryGetValue(key, out var known))
            {
                _waiting[key] = known with
                {
                    Count = occurrence.CountsOnce ? known.Count : known.Count + 1,
                    LastAt = now,
                    Detail = occurrence.Detail ?? known.Detail,
                    MessageId = occurrence.MessageId ?? known.MessageId,
                };
                return false;
            }
            _waiting[key] = new WaitingNotice(
                key.Kind, key.Subject, 1, now, now, occurrence.Detail, occurrence.MessageId, now + NoticeTerms.Gathering)
            {
                Lasts = occurrence.CountsOnce,
            };
            return true;
        }
    }

    /// <summary>Takes out one that is due; null where none is.</summary>
    public WaitingNotice? TakeDue(DateTimeOffset now)
    {
        lock (_gate)
        {
            var due = _waiting.Values.FirstOrDefault(
                waiting => waiting.DueAt <= now || waiting.DueAt - now > NoticeTerms.WindowOf(waiting.Kind) + NoticeTerms.LongestSkew);
            if (due is not null)
                _waiting.Remove((due.Kind, due.Subject));
            return due;
        }
    }

    /// <summary>Puts back what could not be told now; what has happened meanwhile is added to it.</summary>
    public void PutBack(WaitingNotice notice, DateTimeOffset dueAt)
    {
        lock (_gate)
        {
            var key = (notice.Kind, notice.Subject);
            _waiting[key] = _waiting.TryGetValue(key, out var since)
                ? since with { Count = notice.Lasts ? 1 : since.Count + notice.Count, FirstAt = notice.FirstAt, DueAt = dueAt }
                : notice with { DueAt = dueAt };
        }
    }

    /// <summary>When the next entry is due; null where none waits.</summary>
    public DateTimeOffset? NextDue()
    {
        lock (_gate)
            return _waiting.Count == 0 ? null : _waiting.Values.Min(waiting => waiting.DueAt);
    }
}

/// <summary>Occurrences of one kind about one subject that are told together.</summary>
internal sealed record WaitingNotice(
    NoticeKind Kind, string Subject, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, string? Detail, string? MessageId,
    DateTimeOffset DueAt)
{
    /// <summary>It tells a state that lasts. Where the state was not seen again, it is over, and there is nothing to tell.</summary>
    public bool Lasts { get; init; }
}
