using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Replaying;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Messages;

/// <summary>Sends stored messages again: first the choice with what would be sent, then the replay itself.</summary>
internal sealed class ReplayPages(ApplianceOperations operations)
{
    /// <summary>Messages of one replay: a page of the list.</summary>
    private const int Most = 50;

    public void Map(UiRoutes routes)
    {
        routes.Post("/messages/replay", Operation.Replay, ReplayAsync);
        routes.Get("/messages/{id}/replay", Operation.Replay, request => PlanAsync(request, [request.Path("id")], "first", null));
    }

    private async Task<UiAnswer> ReplayAsync(UiRequest request)
    {
        var form = request.Form;
        var ids = form.Texts("id").Distinct(StringComparer.Ordinal).Take(Most).ToList();
        var mode = form.Text("mode") ?? "first";
        if (ids.Count == 0)
            return new UiAnswer.Redirect("/ui/messages", "Select at least one message to replay.", IsBad: true);
        if (mode is not ("first" or "rules" or "to"))
            return UiAnswer.Trouble.Bad($"mode: there is no mode '{mode}'");
        return form.Has("send")
            ? await SendAsync(request, ids, mode, form.Text("to")) : await PlanAsync(request, ids, mode, form.Text("to"));
    }

    private async Task<UiAnswer> SendAsync(UiRequest request, List<string> ids, string mode, string? to)
    {
        var (count, problems) = (0, new List<string>());
        foreach (var id in ids)
        {
            switch (await operations.Replays.ReplayAsync(request.Who, id, PlanOf(mode, to, isDryRun: false), request.Aborted))
            {
                case ReplayOutcome.Sent(var sent, _, _):
                    count += sent;
                    break;
                case var other:
                    problems.Add($"{id}: {Problem(other)}");
                    break;
            }
        }
        var notice = $"{NumberText.Deliveries(count, "made")}.";
        if (problems.Count > 0)
            notice += $" Not replayed: {string.Join("; ", problems.Take(5))}{(problems.Count > 5 ? " …" : string.Empty)}";
        var back = ids.Count == 1 ? $"/ui/messages/{Uri.EscapeDataString(ids[0])}?view=deliveries" : "/ui/messages";
        return new UiAnswer.Redirect(back, notice, IsBad: count == 0);
    }

    private async Task<UiAnswer> PlanAsync(UiRequest request, List<string> ids, string mode, string? to)
    {
        if (request.ReadQuery().Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        var plans = new List<ReplayPlanText>();
        if (mode != "to" || to is not null)
        {
            foreach (var id in ids)
            {
                var outcome = await operations.Replays.ReplayAsync(request.Who, id, PlanOf(mode, to, isDryRun: true), request.Aborted);
                if (outcome is ReplayOutcome.Unknown && ids.Count == 1)
                    return UiAnswer.Trouble.NoMessage("such message");
                var message = await operations.Messages.FindAsync(request.Who, id, request.Aborted);
                var subject = message is null ? id : MessageWords.Subject(message.Message);
                plans.Add(outcome is ReplayOutcome.Planned(var deliveries, var refusals)
                    ? new ReplayPlanText(
                        id, subject, [.. deliveries.Select(Describe)], refusals, deliveries.Count == 0 ? "nothing would be sent" : null)
                    : new ReplayPlanText(id, subject, [], [], Problem(outcome)));
            }
        }
        return new UiAnswer.Page("Replay", typeof(ReplayPage), new ReplayModel(ids, mode, to, operations.Names.Configured, plans));
    }

    private static ReplayPlan PlanOf(string mode, string? to, bool isDryRun) => new(isDryRun, mode == "rules", mode == "to" ? to : null);

    private static string Problem(ReplayOutcome outcome) => outcome switch
    {
        ReplayOutcome.Refused(var reason) => reason,
        ReplayOutcome.Invalid(var problem) => problem,
        _ => "there is no such message",
    };

    private static string Describe(SpooledDelivery delivery) =>
        ShownText.Line(
            $"{(delivery.HoldReason is { } reason ? $"hold ({reason})" : DeliveryWords.Destination(delivery))} for "
            + string.Join(", ", delivery.Recipients.Select(recipient => recipient.Address)));
}
