using InboundBridge.Api;
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
        var query = request.ReadQuery("kind", "message", "text");
        var filter = new LogFilterText(query.OneOf("kind", EventText.PageKinds), query.Text("message"), query.Text("text"));
        var problem = query.Problem ?? (filter.Message is { } id && !MessageIdSource.IsId(id)
            ? $"message: '{id}' is not the id of a message; a message's page shows its id" : null);
        if (problem is not null)
            return Page(new LogModel(filter with { Kind = null }, [], problem), StatusCodes.Status400BadRequest);
        var recent = Recent(request, filter);
        if (filter.Message is { } message)
            recent = await _history.OfMessageAsync(request, message, recent);
        var lines = Fitting(filter, recent).Take(MostLines + 1).ToList();
        if (filter.Message is null && lines.Count < MostLines)
            lines.AddRange(Fitting(filter, await _history.BeforeStartAsync(request)));
        var ordered = lines.OrderByDescending(line => line.At).Take(MostLines).ToList();
        return Page(new LogModel(filter, ordered, null) { IsCut = lines.Count > MostLines }, StatusCodes.Status200OK);
    }

    private static UiAnswer.Page Page(LogModel model, int status) => new("Log", typeof(LogPage), model, status);

    private static IEnumerable<LogLine> Fitting(LogFilterText filter, IEnumerable<LogLine> lines) => lines.Where(line =>
        (filter.Kind is null || line.Kind == filter.Kind) && (filter.Text is null || line.Has(filter.Text)));

    /// <summary>What is in memory, newest first. Each line is written when it is asked for.</summary>
    private IEnumerable<LogLine> Recent(UiRequest request, LogFilterText filter)
    {
        var events = operations.Events.List(request.Who, filter.Kind)
            .Where(happened => filter.Message is null || EventWords.MessageOf(happened) == filter.Message)
            .Select(happened => new LogLine(happened.At, happened.Kind, EventWords.Of(happened), EventWords.MessageOf(happened)));
        if (filter.Message is not null || filter.Kind is not (null or EventText.Refused))
            return events;
        var refusals = operations.Refusals.List(request.Who, new RefusalFilter(), null, RefusalJournal.Most).Items
            .Select(refusal => new LogLine(refusal.At, EventText.Refused, refusal.ToString(), null) { Address = "/ui/messages/refused" });
        return Merge(events, refusals);
    }

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
