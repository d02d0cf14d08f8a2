namespace InboundBridge.MailFlow.Spool.Postgres.Moving;

/// <summary>
/// Rows that belong to mails (deliveries, attempts), read a page at a time and handed out mail by mail: a question for each mail would cost
/// a round trip. Memory holds one page and the rows of one mail.
/// </summary>
/// <param name="page">Rows of a page.</param>
/// <param name="read">Reads the next page behind a place, in the order of places.</param>
internal sealed class RowsOfMails<T>(int page, Func<RowPlace, Task<List<(RowPlace Place, T Row)>>> read)
{
    private readonly Queue<(RowPlace Place, T Row)> _ahead = new();
    private RowPlace _last = RowPlace.Before(0);
    private bool _isEnd;

    /// <param name="number">Of the mail; later calls have higher ones.</param>
    public async Task<List<(RowPlace Place, T Row)>> TakeAsync(long number)
    {
        // Rows of mails that were passed over are not read.
        if (_last.IsBefore(RowPlace.Before(number)))
            _last = RowPlace.Before(number);
        while (!_isEnd && _last.Mail <= number)
        {
            var rows = await read(_last);
            rows.ForEach(_ahead.Enqueue);
            _isEnd = rows.Count < page;
            if (rows.Count > 0)
                _last = rows[^1].Place;
        }
        var taken = new List<(RowPlace Place, T Row)>();
        while (_ahead.TryPeek(out var next) && next.Place.Mail <= number)
        {
            _ahead.Dequeue();
            if (next.Place.Mail == number)
                taken.Add(next);
        }
        return taken;
    }
}

/// <summary>Where a row stands among all rows of its table.</summary>
/// <param name="Delivery">The number of the delivery.</param>
/// <param name="StartedAt">Of an attempt; of a delivery 0.</param>
internal readonly record struct RowPlace(long Delivery, long StartedAt)
{
    /// <summary>Bits of a delivery's number below its mail's.</summary>
    private const int BelowMail = 20;

    /// <summary>The number of the mail.</summary>
    public long Mail => Delivery >> BelowMail;

    /// <summary>Directly before the first row of a mail.</summary>
    public static RowPlace Before(long mail) => new((mail << BelowMail) - 1, long.MaxValue);

    public bool IsBefore(RowPlace other) => (Delivery, StartedAt).CompareTo((other.Delivery, other.StartedAt)) < 0;
}
