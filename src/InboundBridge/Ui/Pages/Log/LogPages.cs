using InboundBridge.Api;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Refusals;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Log;

/// <summary>
/// <c>/ui/log</c>: events as they happen, from memory; of one message also what is on record. Without a script it shows the latest ones.
/// </summary>
internal sealed class LogPages(ApplianceOperations operations)
{
    public const int MostLines = 200;

    private readonly LogHistory _history = new(operations);

    public void Map(UiRoutes routes) => routes.Get("/log", Operation.FollowEvents, ShowAsync);

    private async Task<UiAnswer> ShowAsync(UiRequest request)
    {
        var known = await operations.Names.ListKnownAsync(request.Aborted);
        var query = request.ReadQuery("kind", "destination", "message", "text");
        var filter = new LogFilterText(
            query.OneOf("kind", EventText.PageKinds), query.Destination("destination", known), query.Text("message"), query.Text("text"));
        var problem = query.Problem ?? (filter.Message is { } id && !MessageIdSource.IsId(id)
            ? $"message: '{id}' is not the id of a message; a message's page shows its id" : null);
        if (problem is not null)
            return Page(new LogModel(filter with { Kind = null }, known, [], problem), StatusCodes.Status400BadRequest);
        var recent = Recent(request, filter);
        if (filter.Message is { } message)
            recent = await _history.OfMessageAsync(request, message, recent);
        var lines = recent.Where(filter.Fits).Take(MostLines + 1).ToList();
        if (filter.Message is null && lines.Count < MostLines)
            lines.AddRange((await _history.BeforeStartAsync(request)).Where(filter.Fits));
        var ordered = lines.OrderByDescending(line => line.At).Take(MostLines).ToList();
        return Page(new LogModel(filter, known, ordered, null) { IsCut = lines.Count > MostLines }, StatusCodes.Status200OK);
    }

    private static UiAnswer.Page Page(LogModel model, int status) => new("Log", typeof(LogPage), model, status);

    /// <summary>What is in memory, newest first. Each line is written when it is asked for.</summary>
    private IEnumerable<LogLine> Recent(UiRequest request, LogFilterText filter)
    {
        var events = operations.Events.List(request.Who, filter.Kind)
            .Where(happened => filter.Message is null || EventWords.MessageOf(happened) == filter.Message)
            .Where(happened => filter.Destination is null || EventWords.DestinationOf(happened) == filter.Destination)
            .Select(LineOf);
        // A refusal is about no message and about no destination.
        if (filter.Message is not null || filter.Destination is not null || filter.Kind is not (null or EventText.Refused))
            return events;
        var refusals = operations.Refusals.List(request.Who, new RefusalFilter(), null, RefusalJournal.Most).Items
            .Select(refusal => new LogLine(refusal.At, EventText.Refused, ShownText.Line(refusal.ToString()), null)
            {
                Address = "/ui/messages/refused",
            });
        return Merge(events, refusals);
    }

    private static LogLine LineOf(QueueEvent happened) =>
        new(happened.At, happened.Kind, EventWords.Of(happened), EventWords.MessageOf(happened))
        {
            Destination = EventWords.DestinationOf(happened),
            Recipients = EventWords.RecipientsOf(happened),
            Address = EventWords.MessageOf(happened) is { } message ? $"/ui/messages/{message}"
                : happened.Destination is { Length: > 0 } destination ? $"/ui/destinations/{Uri.EscapeDataString(destination)}" : null,
        };

    /// <summary>Two lists that are both newest first, as one.</summary>
    private static IEnumerable<LogLine> Merge(IEnumerable<LogLine> left, IEnumerable<LogLine> right)
    {
        using var other = right.GetEnumerator();
        var isMore = other.MoveNext();
        foreach (var line in left)
        {
            for (; isMore && other.Current.At > line.At; isMore = other.MoveNext())
                yield return other.Current;
            yield return line;
        }
        for (; isMore; isMore = other.MoveNext())
            yield return other.Current;
    }
}
